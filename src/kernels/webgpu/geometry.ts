/** Geometry of a convolution: the input pixels that it reads for an output pixel, and the place where it puts that. */

/** One position of the filter. */
export interface Tap {
  /** Offset from `stride` times the output's row and column. */
  dy: number;
  dx: number;
  /** Number of the filter's `[in, out]` plane that belongs to it. */
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

/** The part of the input that a tile of `rows` x `cols` outputs reads, from `top` and `left` of the input's place of its first. */
export function tileRegion(
  geometry: Geometry,
  { rows, cols }: { rows: number; cols: number },
): { top: number; left: number; height: number; width: number } {
  const { top, bottom, left, right } = reach(geometry);
  return {
    top,
    left,
    height: (rows - 1) * geometry.stride + bottom - top + 1,
    width: (cols - 1) * geometry.stride + right - left + 1,
  };
}

/** WGSL: where the taps lie in the part of the input that a tile reads, and in the filter. */
export function tileTaps(geometry: Geometry): string {
  const { taps } = geometry;
  const { top, left } = reach(geometry);
  const list = (numbers: number[]) => `array<i32, ${taps.length}>(${numbers.join(', ')})`;
  return `const DY = ${list(taps.map(({ dy }) => dy - top))};
const DX = ${list(taps.map(({ dx }) => dx - left))};
const PLANE = ${list(taps.map(({ plane }) => plane))};`;
}

/** Names a geometry in a program's key. */
export function geometryKey({ taps, stride, step, at, rows, cols }: Geometry): string {
  const window = taps.map(({ dy, dx, plane }) => `${dy},${dx},${plane}`).join(' ');
  return `${rows}x${cols} /${stride} *${step}+${at} [${window}]`;
}
