/** Distances on the grid of cells. Everything here counts in whole cells. */
import type { Cell } from './types';

/** The extent of a latent, in cells. */
export interface Grid {
  rows: number;
  cols: number;
}

/** Chebyshev distance: the number of king's moves from one cell to the other. */
export function chebyshev(a: Cell, b: Cell): number {
  return Math.max(Math.abs(a.row - b.row), Math.abs(a.col - b.col));
}

/** Ring distance to the border: 0 for the outermost ring of cells. */
export function borderDistance(cell: Cell, grid: Grid): number {
  return Math.min(cell.row, cell.col, grid.rows - 1 - cell.row, grid.cols - 1 - cell.col);
}

/** Position of a cell in row-major order. */
export function cellIndex(cell: Cell, grid: Grid): number {
  return cell.row * grid.cols + cell.col;
}

/** The inverse of `cellIndex`. */
export function cellAt(index: number, grid: Grid): Cell {
  return { row: Math.floor(index / grid.cols), col: index % grid.cols };
}

export function sameCell(a: Cell, b: Cell): boolean {
  return a.row === b.row && a.col === b.col;
}

export function inGrid(cell: Cell, grid: Grid): boolean {
  return (
    Number.isInteger(cell.row) &&
    Number.isInteger(cell.col) &&
    cell.row >= 0 &&
    cell.col >= 0 &&
    cell.row < grid.rows &&
    cell.col < grid.cols
  );
}

/** The cell of the grid nearest to `cell`, whose coordinates may be fractional or outside. */
export function clampCell(cell: Cell, grid: Grid): Cell {
  const clamp = (value: number, count: number) =>
    Number.isFinite(value) ? Math.min(count - 1, Math.max(0, Math.round(value))) : 0;
  return { row: clamp(cell.row, grid.rows), col: clamp(cell.col, grid.cols) };
}

/** Stands for "no cell was given" in `ringDistances`. */
export const UNREACHED = 0xffff;

/**
 * Chebyshev distance of every cell to the nearest of `cells`, row-major `[rows, cols]`; `UNREACHED` everywhere when
 * `cells` is empty. Two raster passes of the 8-neighbour chamfer with unit weights, which is exact for this metric
 * (Rosenfeld and Pfaltz, "Distance functions on digital pictures", 1968), so many edits cost no more than one.
 */
export function ringDistances(grid: Grid, cells: readonly Cell[]): Uint16Array {
  const { rows, cols } = grid;
  const distance = new Uint16Array(rows * cols).fill(UNREACHED);
  if (cells.length === 0) return distance;
  for (const cell of cells) distance[cellIndex(cell, grid)] = 0;

  const relax = (at: number, row: number, col: number) => {
    if (row < 0 || row >= rows || col < 0 || col >= cols) return;
    const through = distance[row * cols + col] + 1;
    if (through < distance[at]) distance[at] = through;
  };
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      const at = row * cols + col;
      relax(at, row, col - 1);
      relax(at, row - 1, col - 1);
      relax(at, row - 1, col);
      relax(at, row - 1, col + 1);
    }
  }
  for (let row = rows - 1; row >= 0; row--) {
    for (let col = cols - 1; col >= 0; col--) {
      const at = row * cols + col;
      relax(at, row, col + 1);
      relax(at, row + 1, col + 1);
      relax(at, row + 1, col);
      relax(at, row + 1, col - 1);
    }
  }
  return distance;
}
