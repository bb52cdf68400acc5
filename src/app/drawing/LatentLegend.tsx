import { useContext, useEffect, useMemo, useRef } from 'react';
import type { Cell } from '@/latent/types';
import { useInspector, useInspectorContext } from '../context';
import { Legend } from '../parts/Legend';
import { SideContext, useSide } from '../sides/side';
import type { LayerView } from './layers';
import { type LatentMap, useLatentMap } from './useLatentMap';

/** Words for what the ends of the bar leave out. */
function endsText(view: LayerView): string | undefined {
  const parts = [
    view.beyondLow === null ? '' : `lowest ${view.text(view.beyondLow)}`,
    view.beyondHigh === null ? '' : `highest ${view.text(view.beyondHigh)}`,
  ].filter(Boolean);
  return parts.length > 0 ? `Beyond the ends: ${parts.join(', ')}` : undefined;
}

/** The colours of one side's latent, with their ends. */
export function LatentLegend() {
  const map = useLatentMap();
  const selected = useSide((side) => side.cell);
  const cells = useMemo(() => map && { grid: map.grid, valueAt: map.valueAt }, [map]);
  if (!map || !cells) return null;
  const { view } = map;
  return (
    <Legend
      map={view.map}
      low={view.low}
      high={view.high}
      lowText={view.beyondLow === null ? view.text(view.low) : `\u2264 ${view.text(view.low)}`}
      highText={view.beyondHigh === null ? view.text(view.high) : `\u2265 ${view.text(view.high)}`}
      title={endsText(view)}
      unit={view.unit}
      selected={map.valueAt(selected)}
      cells={cells}
    />
  );
}

/** The value of an edited cell as it was encoded: the scores and the spots are of that. */
function wasText({ view, grid }: LatentMap, { row, col }: Cell, now: number): string {
  const before = view.values[row * grid.cols + col];
  return before === undefined || before === now ? '' : `, was ${view.text(before)}`;
}

/** The number of the cell under the pointer, else of the selected one. */
export function LatentReadout() {
  const { hover } = useInspectorContext();
  const map = useLatentMap();
  const selected = useSide((side) => side.cell);
  const readout = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (!map) return;
    const show = (cell: Cell | null) => {
      const at = cell ?? selected;
      const there = map.valueAt(at);
      if (!readout.current) return;
      readout.current.textContent =
        there === null
          ? ''
          : `${cell ? 'pointer' : 'selected'}: row ${at.row}, col ${at.col} = ${map.view.text(there)}${wasText(map, at, there)}`;
    };
    show(hover.get(map.grid));
    return hover.subscribe(map.grid, show);
  }, [hover, selected, map]);
  return <span className="numeric muted" ref={readout} />;
}

/** Notes beside the latent of one side of a comparison. */
export function LatentNotes() {
  const side = useContext(SideContext);
  const shared = useInspector((state) => side === 'b' && state.sides.b?.shared === true);
  const fromFile = useInspector((state) => state.view.latent !== null);
  const posterior = useSide((own) => own.posterior);
  const layer = useInspector((state) => state.view.layer);
  const map = useLatentMap();
  if (!posterior || !map) return null;
  // Two decoders make different cells of one latent influential.
  if (shared && layer !== 'influence') {
    return fromFile ? (
      <p>The same latent as A&rsquo;s: it comes from a file. Only the decoders differ.</p>
    ) : (
      <p>
        The same latent as A&rsquo;s: the two models have one encoder, so the picture was encoded once. Only
        their decoders differ.
      </p>
    );
  }
  return (
    <>
      <LatentLegend />
      <LatentReadout />
      <span className="muted">
        {posterior.rows} &times; {posterior.cols} cells, {posterior.channels} channels
      </span>
      {map.standsIn && (
        <span>
          {layer === 'influence'
            ? 'The influence has not been computed here, so it shows |mean|.'
            : 'This latent has no such channel, so it shows |mean|.'}
        </span>
      )}
    </>
  );
}
