import { useEffect, useMemo, useState } from 'react';
import type { Cell } from '@/latent/types';
import { useInspectorContext } from '../context';
import { scalarPainting } from '../drawing/paintings';
import { useLatentMap } from '../drawing/useLatentMap';
import { number } from '../parts/format';
import { PixelCanvas } from '../parts/PixelCanvas';
import { useSide } from '../sides/side';

/** Cells on each side of the one in the middle. */
const REACH = 4;
const SPAN = 2 * REACH + 1;

/** The cells around the one that is pointed at, or else selected, large enough to tell them apart. */
export function CellLoupe() {
  const map = useLatentMap();
  const selected = useSide((side) => side.cell);
  const hovered = useHovered(map?.grid ?? null);
  const cell = hovered ?? selected;
  const painting = useMemo(() => {
    if (!map) return null;
    const { grid, values, view } = map;
    const around = new Float32Array(SPAN * SPAN);
    for (let row = 0; row < SPAN; row++) {
      for (let col = 0; col < SPAN; col++) {
        const at = { row: cell.row + row - REACH, col: cell.col + col - REACH };
        const inside = at.row >= 0 && at.row < grid.rows && at.col >= 0 && at.col < grid.cols;
        // Beyond the border there are no cells.
        around[row * SPAN + col] = inside ? (values[at.row * grid.cols + at.col] ?? 0) : Number.NaN;
      }
    }
    return scalarPainting(around, SPAN, SPAN, view.low, view.high, view.map);
  }, [map, cell.row, cell.col]);
  const value = map?.valueAt(cell) ?? null;
  return (
    <div className="guide-loupe" aria-hidden="true">
      <div className="guide-loupe-square">
        <PixelCanvas painting={painting} crisp />
        <span className="guide-loupe-mark" />
      </div>
      <p className="numeric">
        ({cell.row}, {cell.col})
        {value !== null && (
          <>
            {' '}
            <span className="muted">|mean|</span> {number(value)}
          </>
        )}
      </p>
    </div>
  );
}

/** The cell of this grid under the pointer. */
export function useHovered(grid: { rows: number; cols: number } | null): Cell | null {
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
