import type { Cell } from '@/latent/types';

/** Cells moved at once with Shift or Page Up and Page Down. */
const LEAP = 8;

/** The cell that a key of the grid pattern leads to from `cell`; null for any other key. Stays inside the grid. */
export function moveCell(
  cell: Cell,
  key: { key: string; shiftKey: boolean; ctrlKey: boolean },
  rows: number,
  cols: number,
): Cell | null {
  const step = key.shiftKey ? LEAP : 1;
  let { row, col } = cell;
  switch (key.key) {
    case 'ArrowUp':
      row -= step;
      break;
    case 'ArrowDown':
      row += step;
      break;
    case 'ArrowLeft':
      col -= step;
      break;
    case 'ArrowRight':
      col += step;
      break;
    case 'PageUp':
      row -= LEAP;
      break;
    case 'PageDown':
      row += LEAP;
      break;
    case 'Home':
      col = 0;
      if (key.ctrlKey) row = 0;
      break;
    case 'End':
      col = cols - 1;
      if (key.ctrlKey) row = rows - 1;
      break;
    default:
      return null;
  }
  return { row: Math.min(rows - 1, Math.max(0, row)), col: Math.min(cols - 1, Math.max(0, col)) };
}
