/**
 * Brute force: every cell healed, one decode each. It needs nothing but the decoder, so the influence, which is a derivative,
 * can be held against it. Coarse to fine, so that a part of it is a map already.
 */
import { InspectorError } from '../errors';
import { change, LEVELS_PER_UNIT } from '../inspect/change';
import { applyEdits } from '../inspect/edits';
import { cellAt, type Grid } from '../inspect/geometry';
import type { ExperimentContext } from './context';
import { healEdit } from './healing';
import { decodeOutput, decodeWork, levelsOf, type Output, progress } from './network';

export interface Scan {
  rows: number;
  cols: number;
  radius: number;
  /** RMS of the change over the far pixels, levels, `[rows, cols]`; NaN where the cell is not measured yet. */
  farRms: Float32Array<ArrayBuffer>;
  /**
   * Change of the whole picture's mean red, green and blue (unclamped, as the influence has it), levels,
   * `[rows, cols, 3]`; NaN where the cell is not measured yet.
   */
  shift: Float32Array<ArrayBuffer>;
  /** How many cells are measured. */
  measured: number;
  /** Every so many rows and columns, from cell (0, 0) on, all cells are measured; null where not even the coarsest grid is. */
  stride: number | null;
}

export interface ScanOptions {
  /** An earlier, unfinished scan of the same latent; it is not changed. */
  previous?: Scan;
  /** Stop at the grid of every so many rows and columns, a power of two; by default 1, every cell. */
  finest?: number;
  /** Told after each cell, with the scan as it is: what to keep where the scan is stopped. */
  onCell?(scan: Scan): void;
}

/** The coarsest grid has at most this many cells along the longer side. */
const COARSEST_CELLS = 8;

/** How many decodes a scan takes: one a cell that is not measured yet, and one of the latent as it is. 0: nothing is left. */
export function scanDecodes(grid: Grid, { previous, finest = 1 }: ScanOptions = {}): number {
  const left = remaining(grid, finest, previous ?? null).length;
  return left === 0 ? 0 : left + 1;
}

/** @throws InspectorError `internal` where `previous` is of another grid or radius */
export async function scan(context: ExperimentContext, options: ScanOptions = {}): Promise<Scan> {
  const { vae, mean, radius } = context;
  const { previous, finest = 1, onCell } = options;
  const result = previous ? continued(previous, mean, radius) : empty(mean, radius);
  const left = remaining(mean, finest, result);
  if (left.length === 0) return result;
  const work = decodeWork(vae, mean);
  const next = progress(context, work * (left.length + 1));
  const base = await decodeOutput(vae, mean, next(work, 'the picture as it is'));
  const baseLevels = levelsOf(base);
  const baseColour = meanColour(base);
  for (const [position, index] of left.entries()) {
    const cell = cellAt(index, mean);
    const edited = applyEdits(mean, healEdit(cell));
    const output = await decodeOutput(vae, edited, next(work, `cell ${position + 1} of ${left.length}`));
    result.farRms[index] = change(baseLevels, levelsOf(output), [cell], vae.factor, radius).farRms;
    result.shift.set(
      meanColour(output).map((value, colour) => value - baseColour[colour]),
      3 * index,
    );
    result.measured += 1;
    result.stride = completeStride(result);
    onCell?.(result);
  }
  return result;
}

function empty({ rows, cols }: Grid, radius: number): Scan {
  const cells = rows * cols;
  return {
    rows,
    cols,
    radius,
    farRms: new Float32Array(cells).fill(Number.NaN),
    shift: new Float32Array(3 * cells).fill(Number.NaN),
    measured: 0,
    stride: null,
  };
}

function continued(previous: Scan, { rows, cols }: Grid, radius: number): Scan {
  if (previous.rows !== rows || previous.cols !== cols || previous.radius !== radius) {
    throw new InspectorError(
      'internal',
      `A scan of ${previous.rows} x ${previous.cols} cells at radius ${previous.radius} cannot go on at ${rows} x ${cols} cells and radius ${radius}.`,
      'Start the scan anew.',
    );
  }
  return { ...previous, farRms: previous.farRms.slice(), shift: previous.shift.slice() };
}

/** The cells still to be measured, coarse to fine, in row-major order on each grid. */
function remaining(grid: Grid, finest: number, known: Scan | null): number[] {
  const cells: number[] = [];
  const seen = new Uint8Array(grid.rows * grid.cols);
  const [coarsest, ...finer] = strides(grid);
  for (const stride of [coarsest, ...finer.filter((each) => each >= finest)]) {
    for (const index of gridCells(grid, stride)) {
      if (seen[index]) continue;
      seen[index] = 1;
      if (!known || Number.isNaN(known.farRms[index])) cells.push(index);
    }
  }
  return cells;
}

function strides({ rows, cols }: Grid): number[] {
  let stride = 1;
  while (Math.max(rows, cols) > COARSEST_CELLS * stride) stride *= 2;
  const all: number[] = [];
  for (; stride >= 1; stride /= 2) all.push(stride);
  return all;
}

function gridCells({ rows, cols }: Grid, stride: number): number[] {
  const cells: number[] = [];
  for (let row = 0; row < rows; row += stride)
    for (let col = 0; col < cols; col += stride) cells.push(row * cols + col);
  return cells;
}

function completeStride(scan: Scan): number | null {
  const complete = (stride: number) =>
    gridCells(scan, stride).every((index) => !Number.isNaN(scan.farRms[index]));
  return strides(scan).filter(complete).at(-1) ?? null;
}

/** Mean red, green and blue, levels, unclamped. */
function meanColour({ data }: Output): number[] {
  const sums = [0, 0, 0];
  for (let at = 0; at < data.length; at++) sums[at % 3] += data[at];
  return sums.map((sum) => (LEVELS_PER_UNIT * 3 * sum) / data.length);
}
