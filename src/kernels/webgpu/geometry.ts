/** Which input pixels a convolution reads for an output pixel, and where it puts that. */

/** One position of the filter. */
export interface Tap {
  /** Offset from `stride` times the output's row and column. */
  dy: number;
  dx: number;
  /** Which `[in, out]` plane of the filter belongs to it. */
  plane: number;
}

export interface Geometry {
  taps: readonly Tap[];
  /** Input pixels from one output pixel to the next. */
  stride: number;
  /** Output pixels are written every so many rows and columns, from `at` on, of a map that several convolutions share. */
  step: number;
  at: readonly [row: number, col: number];
  /** Rows and columns computed. */
  rows: number;
  cols: number;
}

/** All taps of a window of `height` x `width` whose upper left one lies at (`dy`, `dx`). */
export function window(height: number, width: number, dy: number, dx: number): Tap[] {
  return Array.from({ length: height * width }, (_, plane) => ({
    dy: dy + Math.floor(plane / width),
    dx: dx + (plane % width),
    plane,
  }));
}

/** A filter of odd sides at every pixel, zeros around. */
export function same(side: number, rows: number, cols: number): Geometry {
  const reach = (side - 1) / 2;
  return { taps: window(side, side, -reach, -reach), stride: 1, step: 1, at: [0, 0], rows, cols };
}

/** The same taps mirrored: how a convolution's gradient goes back. */
export function mirrored(geometry: Geometry): Geometry {
  return { ...geometry, taps: geometry.taps.map((tap) => ({ ...tap, dy: -tap.dy, dx: -tap.dx })) };
}

/** Smallest and largest offsets of a geometry's taps. */
export function reach({ taps }: Geometry): { top: number; bottom: number; left: number; right: number } {
  const rows = taps.map(({ dy }) => dy);
  const cols = taps.map(({ dx }) => dx);
  return {
    top: Math.min(...rows),
    bottom: Math.max(...rows),
    left: Math.min(...cols),
    right: Math.max(...cols),
  };
}

/** Names a geometry in a program's key. */
export function geometryKey({ taps, stride, step, at, rows, cols }: Geometry): string {
  const window = taps.map(({ dy, dx, plane }) => `${dy},${dx},${plane}`).join(' ');
  return `${rows}x${cols} /${stride} *${step}+${at} [${window}]`;
}
