/** Carrying edits from one latent to another: the same places in the picture, on another grid of cells. */
import type { Grid } from '@/latent/geometry';
import { moveCell } from '@/latent/moveCell';
import { type Edit, editDefinition } from './kinds';
import { mapFields } from './mapFields';

/** Moves one edit; null where it means nothing there, as a swap does whose two cells become one. */
export function moveEdit(edit: Edit, from: Grid, to: Grid): Edit | null {
  const moved: Edit = {
    ...mapFields(edit, (field, value) => field.move(value, from, to)),
    cell: moveCell(edit.cell, from, to),
  };
  return editDefinition(edit.kind).problem?.(moved) ? null : moved;
}

/** Moves every edit that means something there. Gives back `edits` itself between equal grids. */
export function moveEdits(edits: readonly Edit[], from: Grid, to: Grid): readonly Edit[] {
  if (from.rows === to.rows && from.cols === to.cols) return edits;
  return edits.map((edit) => moveEdit(edit, from, to)).filter((edit) => edit !== null);
}
