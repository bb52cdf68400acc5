/** The changes of a recording's first model, carried to the latent of its second. */

import { cellShifts, type Edit, translateEdits } from '@/edits';
import { sameCell } from '@/latent/geometry';
import type { Latent } from '@/latent/types';
import type { RecordingRequest } from './types';

type Cells = RecordingRequest['cells'];

/**
 * The wished cells in another latent of the same picture: each change as an addition, in each latent's own sigma. `problem`: why
 * one of them cannot be made there ("4 numbers do not fit 16 channels"); null where all can.
 */
export function carriedCells(
  cells: Cells,
  from: Latent,
  to: Latent,
): { cells: Cells; problem: string | null } {
  const carried: { label: string; edit: Edit }[] = [];
  for (const { label, edit } of cells) {
    const shifts = cellShifts(from, [edit])
      .filter(({ cell }) => sameCell(cell, edit.cell))
      .map(({ cell, delta }): Edit => ({ kind: 'add', cell, values: delta }));
    const { edits, leftOut } = translateEdits(shifts, from, to, 'sigma');
    const [own] = edits;
    if (!own) return { cells: [], problem: leftOut[0] ?? `the edit of "${label}" changes nothing` };
    carried.push({ label, edit: own });
  }
  return { cells: carried, problem: null };
}
