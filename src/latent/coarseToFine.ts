/** The order in which a grid is looked at cell by cell, coarse to fine, so that a part of it is a map already. */
import type { Grid } from './geometry';

/** Test of a cell by its index, row-major. */
export type CellTest = (index: number) => boolean;

/** The coarsest grid has at most this many cells along the longer side. */
const COARSEST_CELLS = 8;

/** The strides, powers of two, coarse to fine; the last is 1. */
export function stridesOf({ rows, cols }: Grid): number[] {
  let stride = 1;
  while (Math.max(rows, cols) > COARSEST_CELLS * stride) stride *= 2;
  const all: number[] = [];
  for (; stride >= 1; stride /= 2) all.push(stride);
  return all;
}

/** Indices of the cells in every so many rows and columns, row-major. */
export function cellsOfStride({ rows, cols }: Grid, stride: number): number[] {
  const cells: number[] = [];
  for (let row = 0; row < rows; row += stride)
    for (let col = 0; col < cols; col += stride) cells.push(row * cols + col);
  return cells;
}

/**
 * The cells still to be looked at until those of the stride `finest` are, coarse to fine. The coarsest grid is always among
 * them.
 * @param isDone whether a cell has been looked at; null: none has been
 */
export function remainingCells(grid: Grid, finest: number, isDone: CellTest | null): number[] {
  const cells: number[] = [];
  const seen = new Uint8Array(grid.rows * grid.cols);
  const [coarsest, ...finer] = stridesOf(grid);
  for (const stride of [coarsest, ...finer.filter((each) => each >= finest)]) {
    for (const index of cellsOfStride(grid, stride)) {
      if (seen[index]) continue;
      seen[index] = 1;
      if (!isDone?.(index)) cells.push(index);
    }
  }
  return cells;
}

/** The finest stride of which every cell has been looked at; null where not even the coarsest grid is complete. */
export function completeStride(grid: Grid, isDone: CellTest): number | null {
  const complete = (stride: number) => cellsOfStride(grid, stride).every(isDone);
  return stridesOf(grid).filter(complete).at(-1) ?? null;
}

/**
 * Tells which cells of a scan have been looked at: those with a shift, `[rows, cols, 3]`, which is not-a-number elsewhere. Far
 * pixels not every cell has, so their change does not tell.
 */
export function isScanned({ shift }: { shift: ArrayLike<number> }): CellTest {
  return (index) => !Number.isNaN(shift[3 * index]);
}
