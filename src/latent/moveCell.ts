import { clampCell, type Grid } from './geometry';
import type { Cell } from './types';

/** The cell of `to` that contains the centre of a cell of `from`. */
export function moveCell(cell: Cell, from: Grid, to: Grid): Cell {
  const along = (at: number, before: number, after: number) => Math.floor(((at + 0.5) * after) / before);
  return clampCell(
    { row: along(cell.row, from.rows, to.rows), col: along(cell.col, from.cols, to.cols) },
    to,
  );
}
