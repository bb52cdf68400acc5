import { type KeyboardEvent, type RefObject, useContext, useMemo, useRef } from 'react';
import { moveCell } from '../cell/moveCell';
import { useActions, useInspector, useInspectorContext, useLocal } from '../context';
import { scalarPainting } from '../drawing/paintings';
import { sideStamp } from '../drawing/sideStamp';
import { useLatentMap } from '../drawing/useLatentMap';
import { useReplaced } from '../drawing/useReplaced';
import { useUpdating } from '../drawing/useUpdating';
import { Square } from '../parts/Pane';
import { PixelCanvas } from '../parts/PixelCanvas';
import { SideContext, useSide } from '../sides/side';
import { LETTERS } from '../sides/sideNames';
import { CellGrid } from './CellGrid';
import { CellMarks } from './CellMarks';
import { useChooseCell } from './useChooseCell';
import { useMarks } from './useMarks';
import { usePaneCells } from './usePaneCells';

/**
 * One side's latent. The first side's is the grid that the keyboard moves in, `grid`; there is one selection, so the other
 * one follows.
 */
export function LatentSquare(props: { grid: RefObject<HTMLDivElement | null> }) {
  const { grid } = props;
  const { hover } = useInspectorContext();
  const actions = useActions();
  const side = useContext(SideContext);
  const selected = useSide(({ cell }) => cell);
  const pending = useSide((own) => (side === 'b' ? sideStamp(own, 'latent') : null));
  // It is A's over again, but for the influence, which the decoder decides.
  const repeated = useInspector(
    (state) => side === 'b' && state.sides.b?.shared === true && state.view.layer !== 'influence',
  );
  const partnerless = useLocal((state) => state.partnerless);
  const choose = useChooseCell();
  const frame = useRef<HTMLDivElement>(null);
  const map = useLatentMap();
  const { rows, cols } = map?.grid ?? { rows: 0, cols: 0 };
  const replaced = useReplaced();
  // Edits and control belong to the model that is being opened.
  const marks = useMarks({ spots: true, edited: !replaced, control: !replaced });
  const updating = useUpdating();
  usePaneCells(frame, rows, cols, (cell) => {
    choose(cell);
    grid.current?.focus({ preventScroll: true });
  });

  const painting = useMemo(() => {
    if (!map) return null;
    const { values, view } = map;
    return scalarPainting(values, map.grid.cols, map.grid.rows, view.low, view.high, view.map);
  }, [map]);
  const value = map?.valueAt(selected) ?? null;
  const read = map && value !== null ? `, ${map.view.label} ${map.view.text(value)}` : '';

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey && event.key !== 'Home' && event.key !== 'End') return;
    if (event.altKey || event.metaKey || !map) return;
    if (event.key === 'Enter') {
      event.preventDefault();
      if (partnerless) choose(selected);
      else actions.poke();
      return;
    }
    const next = moveCell(selected, event, rows, cols);
    if (!next) return;
    event.preventDefault();
    hover.clear();
    actions.select(next);
  };

  const stamp = pending ?? replaced ?? (side === 'a' ? (partnerless?.hint ?? null) : null);
  return (
    <Square
      frame={frame}
      stale={replaced !== null}
      updating={replaced !== null && updating}
      small={repeated}
      alt={
        side === 'b'
          ? `Latent of ${LETTERS.b}: ${pending ?? `row ${selected.row}, column ${selected.col}${read}`}`
          : undefined
      }
    >
      <PixelCanvas painting={painting} crisp />
      {rows > 0 && <CellMarks rows={rows} cols={cols} selected={selected} marks={marks} />}
      {side === 'a' && (
        <CellGrid rows={rows} cols={cols} cell={selected} grid={grid} onKeyDown={onKeyDown}>
          {read}
        </CellGrid>
      )}
      {stamp && <span className="stamp">{stamp}</span>}
    </Square>
  );
}
