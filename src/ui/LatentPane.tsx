import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef } from 'react';
import type { Cell } from '../inspect/types';
import type { Layer } from '../state/types';
import { CellGrid } from './CellGrid';
import { CellMarks } from './CellMarks';
import { useActions, useChooseCell, useInspector, useInspectorContext, useLocal } from './context';
import { number } from './format';
import { Legend } from './Legend';
import { editedValues, type LayerView, layersOf, layerText, layerView, type Range } from './layers';
import { moveCell } from './moveCell';
import { Pane } from './Pane';
import { PixelCanvas } from './PixelCanvas';
import { scalarPainting } from './paintings';
import { Segmented } from './Segmented';
import { useMarks } from './useMarks';
import { usePaneCells } from './usePaneCells';
import { useReplaced } from './useReplaced';

const RANGES = [
  { value: 'full', label: 'full range', title: 'Every value has its own colour' },
  { value: 'middle', label: 'middle 98 %', title: 'The ends are the 1st and the 99th percentile' },
] as const;

/** What the ends of the bar leave out. */
function endsText(view: LayerView): string | undefined {
  const parts = [
    view.beyondLow === null ? '' : `lowest ${number(view.beyondLow)}`,
    view.beyondHigh === null ? '' : `highest ${number(view.beyondHigh)}`,
  ].filter(Boolean);
  return parts.length > 0 ? `Beyond the ends: ${parts.join(', ')}` : undefined;
}

/** The latent as a heat map of one layer; the grid in which cells are selected and poked. */
export function LatentPane() {
  const { local, hover } = useInspectorContext();
  const actions = useActions();
  const posterior = useInspector((state) => state.posterior);
  const layer = useInspector((state) => state.view.layer);
  const selected = useInspector((state) => state.view.cell);
  const edits = useInspector((state) => state.view.edits);
  const range = useLocal((state) => state.range);
  const swapping = useLocal((state) => state.swapping);
  const choose = useChooseCell();
  const frame = useRef<HTMLDivElement>(null);
  const readout = useRef<HTMLSpanElement>(null);
  const rows = posterior?.rows ?? 0;
  const cols = posterior?.cols ?? 0;
  usePaneCells(frame, rows, cols, (cell) => {
    choose(cell);
    grid.current?.focus({ preventScroll: true });
  });
  const grid = useRef<HTMLDivElement>(null);
  const marks = useMarks({ spots: true, edited: true, control: true });

  const view = useMemo(() => posterior && layerView(posterior, layer, range), [posterior, layer, range]);
  const values = useMemo(
    () => posterior && view && editedValues(posterior, edits, layer, view.values),
    [posterior, view, edits, layer],
  );
  const painting = useMemo(
    () => view && values && scalarPainting(values, cols, rows, view.low, view.high, view.map),
    [view, values, cols, rows],
  );
  const valueAt = useCallback(
    (cell: Cell) =>
      values && cell.row < rows && cell.col < cols ? values[cell.row * cols + cell.col] : null,
    [values, rows, cols],
  );
  const replaced = useReplaced();
  const value = valueAt(selected);
  const text = layerText(layer);

  useEffect(() => {
    const show = (cell: Cell | null) => {
      const at = cell ?? selected;
      const there = valueAt(at);
      if (!readout.current) return;
      readout.current.textContent =
        there === null
          ? ''
          : `${cell ? 'pointer' : 'selected'}: row ${at.row}, col ${at.col} = ${number(there)}`;
    };
    show(hover.get());
    return hover.subscribe(show);
  }, [hover, selected, valueAt]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey && event.key !== 'Home' && event.key !== 'End') return;
    if (event.altKey || event.metaKey || !posterior) return;
    if (event.key === 'Enter') {
      event.preventDefault();
      if (swapping) choose(selected);
      else actions.poke();
      return;
    }
    const next = moveCell(selected, event, rows, cols);
    if (!next) return;
    event.preventDefault();
    hover.set(null);
    actions.select(next);
  };

  return (
    <Pane
      name="latent"
      title="Latent"
      about="The encoder squeezes each small block of pixels into one cell: a few numbers, one a channel. Stable Diffusion paints in such numbers, and the decoder turns them back into pixels. Here each cell is one square, coloured by the chosen layer."
      detail={posterior ? `${rows} \u00d7 ${cols} cells, ${posterior.channels} channels` : ''}
      frame={frame}
      stale={replaced !== null}
      controls={
        <label className="labelled">
          <span className="label">Layer</span>
          <select
            className="select"
            value={layer}
            onChange={(event) => actions.setLayer(event.target.value as Layer)}
          >
            {layersOf(posterior?.channels ?? 4).map((each) => (
              <option key={each} value={each}>
                {layerText(each).label}
              </option>
            ))}
          </select>
        </label>
      }
      legend={
        view && (
          <>
            <Legend
              map={view.map}
              low={view.low}
              high={view.high}
              lowText={view.beyondLow === null ? number(view.low) : `\u2264 ${number(view.low)}`}
              highText={view.beyondHigh === null ? number(view.high) : `\u2265 ${number(view.high)}`}
              title={endsText(view)}
              unit={view.unit}
              selected={value}
              valueAt={valueAt}
            />
            <span className="legend-row">
              <span className="numeric muted" ref={readout} />
              <Segmented
                label="Range of the colours"
                name="range"
                value={range}
                choices={RANGES}
                onChange={(next: Range) => local.setState({ range: next })}
              />
            </span>
            <span className="muted legend-words">{text.explanation}</span>
          </>
        )
      }
    >
      <PixelCanvas painting={painting} crisp />
      {rows > 0 && <CellMarks rows={rows} cols={cols} selected={selected} marks={marks} />}
      <CellGrid rows={rows} cols={cols} cell={selected} grid={grid} onKeyDown={onKeyDown}>
        {value === null ? '' : `, ${text.label} ${number(value)}`}
      </CellGrid>
      {replaced && <span className="stamp">{replaced}</span>}
      {swapping && !replaced && <span className="stamp">Click the cell to swap with, or press Escape</span>}
    </Pane>
  );
}
