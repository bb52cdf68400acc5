import type { Grid } from '@/latent/geometry';
import { moveCell } from '@/latent/moveCell';
import type { Cell } from '@/latent/types';

/**
 * The cell under the pointer, outside React: moving the pointer redraws a few outlines and readouts and nothing else,
 * which keeps it within a frame. Each pane asks in its own grid: on another grid it is the cell at the same place.
 */
export interface Hover {
  get(grid: Grid): Cell | null;
  set(cell: Cell, grid: Grid): void;
  clear(): void;
  /** Calls `listener` with the cell of `grid` at each change; returns the way to stop. */
  subscribe(grid: Grid, listener: (cell: Cell | null) => void): () => void;
}

export function createHover(): Hover {
  let current: { cell: Cell; grid: Grid } | null = null;
  const listeners = new Set<() => void>();
  const put = (next: typeof current) => {
    const same =
      current?.cell.row === next?.cell.row &&
      current?.cell.col === next?.cell.col &&
      current?.grid.rows === next?.grid.rows &&
      current?.grid.cols === next?.grid.cols;
    current = next;
    if (!same) for (const listener of listeners) listener();
  };
  const get = (grid: Grid) => current && moveCell(current.cell, current.grid, grid);
  return {
    get,
    set: (cell, grid) => put({ cell, grid }),
    clear: () => put(null),
    subscribe(grid, listener) {
      const own = () => listener(get(grid));
      listeners.add(own);
      return () => listeners.delete(own);
    },
  };
}
