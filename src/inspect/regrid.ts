/** Carrying edits from one latent to another: the same places in the picture, on another grid of cells. */
import { clampCell, type Grid, sameCell } from './geometry';
import type { Cell, Edit } from './types';

export interface Shape extends Grid {
  channels: number;
}

/** The cell of `to` that contains the centre of a cell of `from`. */
export function moveCell(cell: Cell, from: Grid, to: Grid): Cell {
  const along = (at: number, before: number, after: number) => Math.floor(((at + 0.5) * after) / before);
  return clampCell(
    { row: along(cell.row, from.rows, to.rows), col: along(cell.col, from.cols, to.cols) },
    to,
  );
}

/** Moves one edit; null where the two cells of a swap become one. */
export function moveEdit(edit: Edit, from: Grid, to: Grid): Edit | null {
  const cell = moveCell(edit.cell, from, to);
  if (edit.kind !== 'swap') return { ...edit, cell };
  const other = moveCell(edit.with, from, to);
  return sameCell(cell, other) ? null : { ...edit, cell, with: other };
}

/** Moves every edit; a swap whose two cells become one is left out. Gives back `edits` itself between equal grids. */
export function moveEdits(edits: readonly Edit[], from: Grid, to: Grid): readonly Edit[] {
  if (from.rows === to.rows && from.cols === to.cols) return edits;
  return edits.map((edit) => moveEdit(edit, from, to)).filter((edit) => edit !== null);
}
