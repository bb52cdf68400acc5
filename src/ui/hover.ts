import type { Cell } from '../inspect/types';

/**
 * The cell under the pointer, outside React: moving the pointer redraws three outlines and one readout
 * and nothing else, which keeps it within a frame.
 */
export interface Hover {
  get(): Cell | null;
  set(cell: Cell | null): void;
  /** Calls `listener` at each change; returns the way to stop. */
  subscribe(listener: (cell: Cell | null) => void): () => void;
}

export function createHover(): Hover {
  let current: Cell | null = null;
  const listeners = new Set<(cell: Cell | null) => void>();
  return {
    get: () => current,
    set(cell) {
      if (cell?.row === current?.row && cell?.col === current?.col) return;
      current = cell;
      for (const listener of listeners) listener(cell);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
