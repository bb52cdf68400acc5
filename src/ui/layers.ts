import { cellValues, editedCells } from '../inspect/edits';
import { cellIndex, inGrid } from '../inspect/geometry';
import type { Edit, PosteriorData } from '../inspect/types';
import type { Layer } from '../state/types';
import { type CellValues, editedLatent, layerMap } from './analysis';
import { type ColourMap, MAGNITUDE, SIGNED } from './colourMaps';

/** What a layer is called and means, for people. */
export interface LayerText {
  label: string;
  unit: string;
  explanation: string;
}

/** @param influence whether it has been computed */
export function layersOf(channels: number, influence = false): Layer[] {
  return [
    'norm',
    ...Array.from({ length: channels }, (_, channel) => `channel:${channel}` as const),
    'rawLogvar',
    'logvar',
    'kl',
    ...(influence ? (['influence'] as const) : []),
  ];
}

export function layerText(layer: Layer): LayerText {
  switch (layer) {
    case 'norm':
      return {
        label: '|mean|',
        unit: 'raw',
        explanation: 'How strongly each cell is written: the length of its mean.',
      };
    case 'rawLogvar':
      return {
        label: 'raw logvar',
        unit: 'ln raw\u00b2',
        explanation: 'How unsure the encoder is of each cell, before the clamp at \u221230.',
      };
    case 'logvar':
      return {
        label: 'logvar',
        unit: 'ln raw\u00b2',
        explanation: 'How unsure the encoder is, clamped to \u221230 \u2026 20. Low is sure.',
      };
    case 'kl':
      return {
        label: 'KL',
        unit: 'nats',
        explanation: 'What each cell costs to store, against a standard normal.',
      };
    case 'influence':
      return {
        label: 'influence',
        unit: 'levels / \u03c3',
        explanation: 'How far one sigma here shifts the whole picture\u2019s colour.',
      };
    default:
      return {
        label: `channel ${layer.slice('channel:'.length)}`,
        unit: 'raw',
        explanation: 'The mean of one channel. The colours are centred at zero.',
      };
  }
}

export type Range = 'full' | 'middle';

/** A layer ready to be drawn. */
export interface LayerView extends LayerText {
  values: CellValues;
  map: ColourMap;
  low: number;
  high: number;
  /** The values' own ends, where they lie beyond the drawn ones; null where they do not. */
  beyondLow: number | null;
  beyondHigh: number | null;
}

const share = (sorted: ArrayLike<number>, at: number) => sorted[Math.round(at * (sorted.length - 1))];

/** `full`: every value has its own colour. `middle`: the ends are the 1st and 99th percentile. */
export function layerView(
  posterior: PosteriorData,
  layer: Layer,
  range: Range,
  influence: CellValues | null = null,
): LayerView {
  const values = layerMap(posterior, layer, influence);
  const sorted = values.slice().sort();
  const diverging = layer.startsWith('channel:');
  const least = sorted[0];
  const most = sorted[sorted.length - 1];
  let low = range === 'full' ? least : share(sorted, 0.01);
  let high = range === 'full' ? most : share(sorted, 0.99);
  if (diverging) {
    high = Math.max(Math.abs(low), Math.abs(high));
    low = -high;
  } else if (layer === 'norm' || layer === 'influence') {
    low = 0;
  }
  return {
    ...layerText(layer),
    values,
    map: diverging ? SIGNED : MAGNITUDE,
    low,
    high,
    beyondLow: least < low ? least : null,
    beyondHigh: most > high ? most : null,
  };
}

/**
 * The values of a layer with the edits in them: |mean| and channels at the edited cells are those of the latent that is
 * decoded. Log-variances and KL are the encoder's, which edits do not touch.
 */
export function editedValues(
  posterior: PosteriorData,
  edits: readonly Edit[],
  layer: Layer,
  values: CellValues,
): CellValues {
  const ofMean = layer === 'norm' || layer.startsWith('channel:');
  const cells = ofMean ? editedCells(edits).filter((cell) => inGrid(cell, posterior)) : [];
  if (cells.length === 0) return values;
  const latent = editedLatent(posterior, edits);
  const edited = values.slice();
  const channel = layer === 'norm' ? null : Number(layer.slice('channel:'.length));
  for (const cell of cells) {
    const own = cellValues(latent, cell);
    edited[cellIndex(cell, posterior)] = channel === null ? Math.hypot(...own) : own[channel];
  }
  return edited;
}
