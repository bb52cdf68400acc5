import type { Cell } from '@/latent/types';

/** The next spot in the list from `cell` (`step` 1 or -1), around its ends; the first or last from any other cell. */
export function findIndexOfSpot(spots: readonly Cell[], cell: Cell, step: 1 | -1): number {
  const at = spots.findIndex((spot) => spot.row === cell.row && spot.col === cell.col);
  if (at < 0) return step > 0 ? 0 : spots.length - 1;
  return (at + step + spots.length) % spots.length;
}
