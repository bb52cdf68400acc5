/** The change of the decoded picture by an edit, near the edited cells and far from them. */
import { InspectorError } from '@/common/errors';
import { inGrid, ringDistances } from '@/latent/geometry';
import type { Cell, Change, Levels } from '@/latent/types';
import { psnrOfRms } from './quality';

/** Levels in one unit of the decoder's output, whose nominal range is [-1, 1]. */
export const LEVELS_PER_UNIT = 127.5;

/**
 * Decoder output in [-1, 1] to levels: clamped, then 127.5 (y + 1); float, not rounded.
 * `values` may have any shape; NaN stays NaN, so that a broken decode is not shown as a grey one.
 */
export function toLevels(values: ArrayLike<number>): Float32Array<ArrayBuffer> {
  const levels = new Float32Array(values.length);
  for (let at = 0; at < levels.length; at++) {
    levels[at] = LEVELS_PER_UNIT * (Math.max(-1, Math.min(1, values[at])) + 1);
  }
  return levels;
}

/** The change that leaves everything as it was. */
export const NO_CHANGE: Change = {
  nearRms: 0,
  farRms: 0,
  farShare: 0,
  farShift: [0, 0, 0],
  farPsnr: Number.POSITIVE_INFINITY,
  farChanged: 0,
  profile: [],
};

/**
 * Measures `D = edited - base`. Near are the pixels of the cells within Chebyshev distance `radius` of any of
 * `cells`; far are all others. A root mean square runs over pixels and over red, green and blue. Measures over no
 * pixels at all (no cell was edited, or the radius covers the picture) are NaN: nothing was measured, which is not 0.
 *
 * One pass over the pixels; sums are kept in double precision, ring by ring.
 *
 * @param base `[height, width, 3]`, levels; sides are multiples of `factor`
 * @param edited the same shape
 * @param cells the edited cells
 * @param factor pixels a cell side
 * @throws InspectorError `internal` when the pictures differ in size or do not divide into cells, `bad-edit` for a
 *   cell outside
 */
export function change(
  base: Levels,
  edited: Levels,
  cells: readonly Cell[],
  factor: number,
  radius: number,
): Change {
  const grid = gridOf(base, edited, factor);
  const outside = cells.find((cell) => !inGrid(cell, grid));
  if (outside) {
    throw new InspectorError(
      'bad-edit',
      `The cell (${outside.row}, ${outside.col}) is outside the ${grid.rows} x ${grid.cols} cells of the picture.`,
    );
  }
  const rings = ringDistances(grid, cells);
  // Without an edited cell every pixel is far; those sums go to one ring that no profile shows.
  const shown = cells.length === 0 ? 0 : rings.reduce((most, ring) => Math.max(most, ring), 0) + 1;
  const slots = shown === 0 ? rings.fill(0) : rings;
  const sums = ringSums(base, edited, slots, Math.max(1, shown), grid.cols, factor);

  const nearEnd = shown === 0 ? 0 : Math.min(radius + 1, shown);
  const near = total(sums, 0, nearEnd);
  const far = total(sums, nearEnd, sums.length);
  const farRms = rms(far);
  const squared = near.squares + far.squares;
  return {
    nearRms: rms(near),
    farRms,
    farShare: far.pixels === 0 ? Number.NaN : squared > 0 ? far.squares / squared : 0,
    farShift: [far.red / far.pixels, far.green / far.pixels, far.blue / far.pixels],
    farPsnr: psnrOfRms(farRms),
    farChanged: far.changed / far.pixels,
    profile: sums.slice(0, shown).map(rms),
  };
}

/**
 * RMS over red, green and blue of the change at each pixel, levels, `[height, width]`: the change map on its
 * absolute scale.
 */
export function differenceMap(base: Levels, edited: Levels): Float32Array<ArrayBuffer> {
  const map = new Float32Array(base.width * base.height);
  for (let pixel = 0, at = 0; pixel < map.length; pixel++, at += 3) {
    const red = edited.data[at] - base.data[at];
    const green = edited.data[at + 1] - base.data[at + 1];
    const blue = edited.data[at + 2] - base.data[at + 2];
    map[pixel] = Math.sqrt((red * red + green * green + blue * blue) / 3);
  }
  return map;
}

interface Sums {
  pixels: number;
  squares: number;
  red: number;
  green: number;
  blue: number;
  changed: number;
}

function ringSums(
  base: Levels,
  edited: Levels,
  rings: Uint16Array,
  ringCount: number,
  cols: number,
  factor: number,
): Sums[] {
  const sums: Sums[] = Array.from({ length: ringCount }, emptySums);
  const before = base.data;
  const after = edited.data;
  let at = 0;
  for (let y = 0; y < base.height; y++) {
    const firstCell = Math.floor(y / factor) * cols;
    for (let col = 0; col < cols; col++) {
      let squares = 0;
      let reds = 0;
      let greens = 0;
      let blues = 0;
      let changed = 0;
      for (let x = 0; x < factor; x++, at += 3) {
        const red = after[at] - before[at];
        const green = after[at + 1] - before[at + 1];
        const blue = after[at + 2] - before[at + 2];
        squares += red * red + green * green + blue * blue;
        reds += red;
        greens += green;
        blues += blue;
        if (red >= 1 || red <= -1 || green >= 1 || green <= -1 || blue >= 1 || blue <= -1) changed += 1;
      }
      const sum = sums[rings[firstCell + col]];
      sum.pixels += factor;
      sum.squares += squares;
      sum.red += reds;
      sum.green += greens;
      sum.blue += blues;
      sum.changed += changed;
    }
  }
  return sums;
}

function emptySums(): Sums {
  return { pixels: 0, squares: 0, red: 0, green: 0, blue: 0, changed: 0 };
}

function total(sums: readonly Sums[], from: number, to: number): Sums {
  const result = emptySums();
  for (const sum of sums.slice(from, to)) {
    result.pixels += sum.pixels;
    result.squares += sum.squares;
    result.red += sum.red;
    result.green += sum.green;
    result.blue += sum.blue;
    result.changed += sum.changed;
  }
  return result;
}

function rms(sums: Sums): number {
  return Math.sqrt(sums.squares / (3 * sums.pixels));
}

function gridOf(base: Levels, edited: Levels, factor: number): { rows: number; cols: number } {
  if (base.width !== edited.width || base.height !== edited.height) {
    throw new InspectorError(
      'internal',
      `The pictures differ in size: ${base.width} x ${base.height} and ${edited.width} x ${edited.height}.`,
    );
  }
  if (base.width % factor !== 0 || base.height % factor !== 0) {
    throw new InspectorError(
      'internal',
      `${base.width} x ${base.height} pixels do not divide into cells of ${factor} x ${factor}.`,
    );
  }
  return { rows: base.height / factor, cols: base.width / factor };
}
