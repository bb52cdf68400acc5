import { useMemo } from 'react';
import { cellsPainting } from '../drawing/loupe';
import { useLatentMap } from '../drawing/useLatentMap';
import { number } from '../parts/format';
import { PixelCanvas } from '../parts/PixelCanvas';
import { useSide } from '../sides/side';
import { useHovered } from '../useHovered';

/** The cells around the one that is pointed at, or else selected, large enough to tell them apart. */
export function CellLoupe() {
  const map = useLatentMap();
  const selected = useSide((side) => side.cell);
  const hovered = useHovered(map?.grid ?? null);
  const cell = hovered ?? selected;
  const { row, col } = cell;
  const painting = useMemo(() => map && cellsPainting(map, { row, col }), [map, row, col]);
  const value = map?.valueAt(cell) ?? null;
  return (
    <div className="guide-loupe" aria-hidden="true">
      <div className="guide-loupe-square" data-part="cell">
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
