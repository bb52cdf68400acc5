import { cellValues, type Edit, editedCells } from '@/edits';
import { cellIndex, inGrid } from '@/latent/geometry';
import type { PosteriorData } from '@/latent/types';
import type { Layer, Range } from '@/session/types';
import { type CellValues, editedLatent, layerMap } from '../cell/analysis';
import { type LayerScale, layerScale } from './layerScale';
import { type LayerText, layerText } from './layerText';

/**
 * @param influence whether it has been computed
 * @param logvar whether the log-variances are known: a latent from a file has none
 */
export function layersOf(channels: number, influence = false, logvar = true): Layer[] {
  return [
    'norm',
    ...Array.from({ length: channels }, (_, channel) => `channel:${channel}` as const),
    ...(logvar ? (['rawLogvar', 'logvar', 'kl'] as const) : []),
    ...(influence ? (['influence'] as const) : []),
  ];
}

/** A layer ready to be drawn. */
export interface LayerView extends LayerText, LayerScale {
  values: CellValues;
}

/** A layer of a posterior in its colours. */
export function layerView(
  posterior: PosteriorData,
  layer: Layer,
  range: Range,
  influence: CellValues | null = null,
): LayerView {
  const values = layerMap(posterior, layer, influence);
  return { ...layerText(layer), values, ...layerScale(values, layer, range) };
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
    edited[cellIndex(cell, posterior)] = channel === null ? Math.hypot(...own) : (own[channel] ?? Number.NaN);
  }
  return edited;
}
