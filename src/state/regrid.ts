/** Carrying edits from one latent to another: the same places in the picture, on another grid of cells. */
import { clampCell, type Grid, sameCell } from '../inspect/geometry';
import type { Cell } from '../inspect/types';
import type { Edits } from './history';

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

/** Moves every edit; a swap whose two cells become one is left out. Gives back `edits` itself between equal grids. */
export function moveEdits(edits: Edits, from: Grid, to: Grid): Edits {
  if (from.rows === to.rows && from.cols === to.cols) return edits;
  return edits
    .map((edit) => {
      const cell = moveCell(edit.cell, from, to);
      return edit.kind === 'swap'
        ? { ...edit, cell, with: moveCell(edit.with, from, to) }
        : { ...edit, cell };
    })
    .filter((edit) => edit.kind !== 'swap' || !sameCell(edit.cell, edit.with));
}
