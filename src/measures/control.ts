/** The matched control: the same change made at an ordinary cell. Without it a number says nothing. */
import { InspectorError } from '@/common/errors';
import { cellShifts, type Edit, LARGEST_VALUE } from '@/edits';
import { borderDistance, cellAt, cellIndex, type Grid, ringDistances } from '@/latent/geometry';
import { meanNorm } from '@/latent/layers';
import { median } from '@/latent/statistics';
import type { Cell, Latent } from '@/latent/types';

/**
 * Finds the control of one edited cell: among the cells at least `2 radius + 1` away (Chebyshev) from every cell of
 * `edited`, those whose ring distance to the border equals the edited cell's, or, if there are none, is nearest to
 * it (both sides where two are equally near); among these the one whose |mean| is closest to the median over all
 * cells; ties in row-major order. At that distance no pixel is near both cells.
 *
 * @param mean the unedited latent
 * @param edited all edited cells
 * @param cell the one to match, by default the first
 * @param taken cells that must not be chosen, because they control another edited cell
 * @returns null when no cell is far enough
 */
export function controlCell(
  mean: Latent,
  edited: readonly Cell[],
  radius: number,
  cell: Cell = edited[0],
  taken: readonly Cell[] = [],
): Cell | null {
  return searcher(mean, edited, radius)(cell, taken);
}

export interface Control {
  /** The control of each edited cell, in the order of `editedCells`. */
  cells: [Cell, ...Cell[]];
  /** The same shifts there, as `add` edits. */
  edits: Edit[];
}

/**
 * Makes the same change at ordinary cells: each edited cell's total shift (one number a channel, raw units) is added
 * at a control cell of its own. With several edited cells they choose in the order in which they were edited, and no
 * two share a control cell; each control is at least `2 radius + 1` away from *every* edited cell. The controls of
 * neighbouring cells need not be neighbours: what is matched is the shift, the distance to the border and an
 * ordinary |mean|, not the arrangement.
 *
 * @returns null when nothing is edited, or when there are not enough cells far enough away
 * @throws InspectorError `bad-edit` for edits that together shift a cell further than one edit may
 */
export function controlEdits(mean: Latent, edits: readonly Edit[], radius: number): Control | null {
  const shifts = cellShifts(mean, edits);
  for (const { cell, delta } of shifts) requireSmall(cell, delta);
  const search = searcher(
    mean,
    shifts.map(({ cell }) => cell),
    radius,
  );
  const cells: Cell[] = [];
  for (const { cell } of shifts) {
    const control = search(cell, cells);
    if (!control) return null;
    cells.push(control);
  }
  const [first, ...others] = cells;
  if (!first) return null;
  return {
    cells: [first, ...others],
    edits: shifts.map(({ delta }, index) => ({ kind: 'add', cell: cells[index], values: delta })),
  };
}

function requireSmall({ row, col }: Cell, delta: readonly number[]): void {
  const channel = delta.findIndex((value) => !(Math.abs(value) <= LARGEST_VALUE));
  if (channel < 0) return;
  throw new InspectorError(
    'bad-edit',
    `The edits shift channel ${channel} of cell (${row}, ${col}) by ${delta[channel].toPrecision(3)}; no control is shifted by more than ${LARGEST_VALUE}.`,
    'Make the change smaller.',
  );
}

/** Returns a search over one latent. What all its searches share is computed once: distances, |mean| and its median. */
function searcher(mean: Latent, edited: readonly Cell[], radius: number) {
  const grid: Grid = mean;
  const distance = ringDistances(grid, edited);
  const norm = meanNorm(mean);
  const ordinary = median(norm);
  return (cell: Cell, taken: readonly Cell[]): Cell | null => {
    if (edited.length === 0) return null;
    const refused = new Set(taken.map((each) => cellIndex(each, grid)));
    const ring = borderDistance(cell, grid);
    let best: number | null = null;
    let bestRing = 0;
    let bestNorm = 0;
    for (let index = 0; index < norm.length; index++) {
      if (distance[index] < 2 * radius + 1 || refused.has(index)) continue;
      const offRing = Math.abs(borderDistance(cellAt(index, grid), grid) - ring);
      const offNorm = Math.abs(norm[index] - ordinary);
      // Strictly better only, so that the first in row-major order wins a tie.
      if (best === null || offRing < bestRing || (offRing === bestRing && offNorm < bestNorm)) {
        best = index;
        bestRing = offRing;
        bestNorm = offNorm;
      }
    }
    return best === null ? null : cellAt(best, grid);
  };
}
