import { useEffect, useState } from 'react';
import type { Grid } from '@/latent/geometry';
import type { Cell } from '@/latent/types';
import { useInspectorContext } from './context';

/** The cell of this grid under the pointer. */
export function useHovered(grid: Grid | null): Cell | null {
  const { hover } = useInspectorContext();
  const [cell, setCell] = useState<Cell | null>(null);
  const rows = grid?.rows ?? 0;
  const cols = grid?.cols ?? 0;
  useEffect(() => {
    if (rows === 0) return;
    setCell(hover.get({ rows, cols }));
    return hover.subscribe({ rows, cols }, setCell);
  }, [hover, rows, cols]);
  return cell;
}
