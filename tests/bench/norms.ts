/**
 * Cost of GroupNorm and SiLU. In the network they come with a convolution in one operation; what they add to it shows beside that
 * convolution by itself.
 */
import type { CountedLayer, Layer } from '@/engine/measure/layers';

type Norm = Extract<Layer, { kind: 'norm' }>;
type Convolution = Extract<Layer, { kind: 'convolution' }>;

export interface NormCost {
  /** Time that all GroupNorms with their SiLU add to a pass, milliseconds. */
  added: number;
  /** Time that all of them take by themselves, milliseconds. */
  alone: number;
}

/** The layers of a pass, and behind them, counted 0 times, the parts of those that are of several, where they are not there anyway. */
export function withParts(layers: readonly CountedLayer[]): CountedLayer[] {
  const known = new Set(layers.map(({ layer }) => keyOf(layer)));
  const parts = layers.flatMap(({ layer }) => Object.values(partsOf(layer) ?? {}));
  const missing = new Map<string, Layer>();
  for (const part of parts) if (!known.has(keyOf(part))) missing.set(keyOf(part), part);
  return [...layers, ...[...missing.values()].map((layer) => ({ layer, count: 0 }))];
}

/**
 * @param milliseconds of one layer, by `keyOf`
 * @returns null where one that is needed was not timed
 */
export function normCost(
  layers: readonly CountedLayer[],
  milliseconds: ReadonlyMap<string, number>,
): NormCost | null {
  const cost = { added: 0, alone: 0 };
  const of = (layer: Layer) => milliseconds.get(keyOf(layer)) ?? Number.NaN;
  for (const { layer, count } of layers) {
    const parts = partsOf(layer);
    if (parts) {
      cost.added += count * (of(layer) - of(parts.convolution));
      cost.alone += count * of(parts.norm);
    } else if (layer.kind === 'norm') {
      cost.added += count * of(layer);
      cost.alone += count * of(layer);
    }
  }
  return Number.isNaN(cost.added + cost.alone) ? null : cost;
}

export function keyOf(layer: Layer): string {
  return JSON.stringify(Object.entries(layer).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function partsOf(layer: Layer): { norm: Norm; convolution: Convolution } | null {
  if (layer.kind !== 'normConvolution') return null;
  const { ins, outs, groups, rows, cols } = layer;
  return {
    norm: { kind: 'norm', channels: ins, groups, silu: true, rows, cols },
    convolution: { kind: 'convolution', size: 3, ins, outs, rows, cols },
  };
}
