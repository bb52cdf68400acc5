/**
 * Brute force: every cell healed, one decode each. It needs nothing but the decoder, so the influence, which is a derivative,
 * can be held against it. Coarse to fine, so that a part of it is a map already.
 */
import { InspectorError } from '@/common/errors';
import { applyEdits } from '@/edits';
import { completeStride, isScanned, remainingCells } from '@/latent/coarseToFine';
import { cellAt, type Grid } from '@/latent/geometry';
import { change, LEVELS_PER_UNIT } from '@/measures/change';
import type { ExperimentContext, OnPartial } from '../context';
import { healEdit } from '../healing';
import { decodeOutput, decodeWork, levelsOf, type Output, progress } from '../network';

export interface Scan {
  rows: number;
  cols: number;
  radius: number;
  /** RMS of the change over the far pixels, levels, `[rows, cols]`; NaN where the cell is not measured yet, or has no far pixels. */
  farRms: Float32Array<ArrayBuffer>;
  /**
   * Change of the whole picture's mean red, green and blue (unclamped, as the influence has it), levels,
   * `[rows, cols, 3]`; NaN where the cell is not measured yet.
   */
  shift: Float32Array<ArrayBuffer>;
  /** Number of cells that are measured. */
  measured: number;
  /** Every so many rows and columns, from cell (0, 0) on, all cells are measured; null where not even the coarsest grid is. */
  stride: number | null;
}

export interface ScanOptions {
  /** An earlier, unfinished scan of the same latent; it is not changed. */
  previous?: Scan | undefined;
  /** Stop at the grid of every so many rows and columns, a power of two; by default 1, every cell. */
  finest?: number;
}

/**
 * @param onPartial told after each cell, with the scan as it is
 * @throws InspectorError `internal` where `previous` is of another grid or radius
 */
export async function scan(
  context: ExperimentContext,
  { previous, finest = 1 }: ScanOptions = {},
  onPartial: OnPartial<Scan> = () => {},
): Promise<Scan> {
  const { vae, mean, radius } = context;
  const result = previous ? continued(previous, mean, radius) : empty(mean, radius);
  const left = remainingCells(mean, finest, isScanned(result));
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
    result.stride = completeStride(result, isScanned(result));
    onPartial(result);
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

/** Mean red, green and blue, levels, unclamped. */
function meanColour({ data }: Output): number[] {
  const sums = [0, 0, 0];
  for (let at = 0; at < data.length; at++) sums[at % 3] += data[at];
  return sums.map((sum) => (LEVELS_PER_UNIT * 3 * sum) / data.length);
}
