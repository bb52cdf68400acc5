/** The latent of a recorded figure: a heat map whose cells can be read, and of which the recorded ones can be played. */

import { moveCell } from '@/app/cell/moveCell';
import { type LayerScale, layerScale } from '@/app/drawing/layerScale';
import { layerText } from '@/app/drawing/layerText';
import { paintScalars } from '@/app/parts/colourMaps';
import { number } from '@/app/parts/format';
import { type RecordedLayer, type Recording, recordedCell } from '@/formats/recording/recording';
import { cellText } from '@/latent/cellText';
import { cellIndex, sameCell } from '@/latent/geometry';
import { channelAverage, channelOf, meanNorm } from '@/latent/layers';
import type { Cell } from '@/latent/types';
import { element } from './element';
import { colourLegend } from './legend';
import { marks } from './marks';
import { pane } from './pane';
import { recordedNear } from './state';

export interface LatentPane {
  root: HTMLElement;
  /** The parts as they arrive; the map of the chosen layer is drawn as soon as it can be. */
  give(part: { mean?: Float32Array; rawLogvar?: Float32Array }): void;
  show(layer: RecordedLayer, cellIndex: number): void;
}

interface Actions {
  onLayer(layer: RecordedLayer): void;
  onCell(cellIndex: number): void;
}

/** The layers of a recording that can be shown. */
function layersOf({ channels }: Recording): RecordedLayer[] {
  return [
    'norm',
    ...Array.from({ length: channels }, (_, channel) => `channel:${channel}` as const),
    'rawLogvar',
  ];
}

export function latentPane(recording: Recording, { onLayer, onCell }: Actions): LatentPane {
  const { rows, cols, channels, cells } = recording;
  const select = element(
    'select',
    { class: 'select', 'aria-label': 'Layer' },
    ...layersOf(recording).map((layer) => element('option', { value: layer }, layerText(layer).label)),
  );
  select.addEventListener('change', () => {
    const chosen = layersOf(recording).find((layer) => layer === select.value);
    if (chosen) onLayer(chosen);
  });
  const alt = `Heat map of the latent, ${rows} by ${cols} cells`;
  const own = pane({ name: 'latent', title: 'Latent', alt, crisp: true, controls: select });
  const cellMarks = marks(recording);
  const legend = colourLegend();
  const readout = element('span', { class: 'numeric muted' });
  const about = element('span', { class: 'muted legend-words' });
  own.legend.append(legend.root, readout, about);

  const active = element('div', { role: 'gridcell', 'aria-selected': 'true', id: 'player-cell' });
  const grid = element(
    'div',
    {
      class: 'cells',
      role: 'grid',
      tabindex: 0,
      'aria-label': 'Latent cells',
      'aria-rowcount': rows,
      'aria-colcount': cols,
      'aria-activedescendant': active.id,
      'aria-description': 'Arrow keys move by one cell, with Shift by eight. Enter plays a recorded cell.',
    },
    element('div', { role: 'row', class: 'visually-hidden' }, active),
  );
  own.square.append(cellMarks.root, grid);

  const given: { mean?: Float32Array; rawLogvar?: Float32Array } = {};
  let shown: { layer: RecordedLayer; cellIndex: number } | null = null;
  let map: { values: Float32Array | Float64Array; scale: LayerScale } | null = null;
  /** The cell that is read: under the pointer or where the keys have gone; null: the one that is played. */
  let read: Cell | null = null;

  function valuesOf(layer: RecordedLayer): Float32Array | Float64Array | null {
    if (layer === 'rawLogvar') return given.rawLogvar ? channelAverage(given.rawLogvar, channels) : null;
    if (!given.mean) return null;
    const mean = { rows, cols, channels, data: given.mean };
    return layer === 'norm' ? meanNorm(mean) : channelOf(mean, Number(layer.slice('channel:'.length)));
  }

  function draw(layer: RecordedLayer): void {
    const values = valuesOf(layer);
    if (!values) return;
    map = { values, scale: layerScale(values, layer, 'full') };
    const image = new ImageData(cols, rows);
    paintScalars(image, values, map.scale.low, map.scale.high, map.scale.map);
    own.draw(image);
  }

  function tell(): void {
    if (!shown) return;
    const cell = read ?? recordedCell(recording, shown.cellIndex).cell;
    const value = map?.values[cellIndex(cell, recording)] ?? null;
    const known = cells.find((each) => sameCell(each.cell, cell));
    const text = `${cellText(cell)}${value === null ? '' : ` = ${number(value)} ${layerText(shown.layer).unit}`}`;
    readout.textContent = known ? `${text}, ${known.label}` : text;
    active.textContent = readout.textContent;
    active.ariaColIndex = String(cell.col + 1);
    if (!map) return;
    const { scale } = map;
    const ends = {
      lowText: number(scale.low),
      highText: number(scale.high),
      unit: layerText(shown.layer).unit,
    };
    legend.show({ ...scale, ...ends }, value);
  }

  const at = (event: MouseEvent): Cell => {
    const { left, top, width, height } = grid.getBoundingClientRect();
    const inside = (share: number, count: number) =>
      Math.min(count - 1, Math.max(0, Math.floor(share * count)));
    return {
      row: inside((event.clientY - top) / height, rows),
      col: inside((event.clientX - left) / width, cols),
    };
  };
  const play = (cell: Cell) => {
    const index = recordedNear(cell, recording);
    if (index !== null) onCell(index);
  };
  grid.addEventListener('pointermove', (event) => {
    read = at(event);
    grid.style.cursor = recordedNear(read, recording) === null ? '' : 'pointer';
    tell();
  });
  grid.addEventListener('pointerleave', () => {
    read = null;
    tell();
  });
  grid.addEventListener('click', (event) => play(at(event)));
  grid.addEventListener('keydown', (event) => {
    if (!shown) return;
    const from = read ?? recordedCell(recording, shown.cellIndex).cell;
    const to = moveCell(from, event, rows, cols);
    if (event.key === 'Enter') play(from);
    else if (to) read = to;
    else return;
    event.preventDefault();
    tell();
  });

  return {
    root: own.root,
    give(part) {
      Object.assign(given, part);
      if (!shown) return;
      draw(shown.layer);
      tell();
    },
    show(layer, index) {
      if (shown?.layer !== layer) draw(layer);
      if (shown?.cellIndex !== index) read = null;
      shown = { layer, cellIndex: index };
      select.value = layer;
      about.textContent = layerText(layer).explanation;
      cellMarks.show(index);
      tell();
    },
  };
}
