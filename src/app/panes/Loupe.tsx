import { useContext, useMemo } from 'react';
import { useInspector } from '../context';
import { cellsPainting, pixelsPainting, SPAN } from '../drawing/loupe';
import { useLatentMap } from '../drawing/useLatentMap';
import { PixelCanvas } from '../parts/PixelCanvas';
import { SideContext, useSide } from '../sides/side';
import { useHovered } from '../useHovered';

/**
 * The cells around the one that is pointed at, or else selected, enlarged; beside them, on the first side, the pixels that they stand
 * for. The readout says the same in words, so it is hidden from screen readers.
 */
export function Loupe() {
  const side = useContext(SideContext);
  const map = useLatentMap();
  const selected = useSide(({ cell }) => cell);
  const pixels = useInspector((state) => (side === 'a' ? (state.picture?.pixels ?? null) : null));
  const hovered = useHovered(map?.grid ?? null);
  const { row, col } = hovered ?? selected;
  const cells = useMemo(() => map && cellsPainting(map, { row, col }), [map, row, col]);
  const { rows = 0, cols = 0 } = map?.grid ?? {};
  const picture = useMemo(
    () => (pixels && cols > 0 ? pixelsPainting(pixels, { rows, cols }, { row, col }) : null),
    [pixels, rows, cols, row, col],
  );
  if (!map) return null;
  return (
    <span className="loupe" aria-hidden="true" title={`${SPAN} by ${SPAN} cells around this one`}>
      <span className="loupe-square">
        <PixelCanvas painting={cells} crisp />
        <span className="loupe-mark" />
      </span>
      {picture && (
        <span className="loupe-square">
          <PixelCanvas painting={picture} />
          <span className="loupe-mark" />
        </span>
      )}
    </span>
  );
}
