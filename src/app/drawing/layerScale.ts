import type { Layer, Range } from '@/session/types';
import { type ColourMap, MAGNITUDE, SIGNED } from '../parts/colourMaps';

/** The colours of a layer and the numbers at their ends. */
export interface LayerScale {
  map: ColourMap;
  low: number;
  high: number;
  /** The values' own ends, where they lie beyond the drawn ones; null where they do not. */
  beyondLow: number | null;
  beyondHigh: number | null;
}

/** The value below which a share of the sorted ones lies; not-a-number of none. */
const share = (sorted: ArrayLike<number>, at: number) =>
  sorted[Math.round(at * (sorted.length - 1))] ?? Number.NaN;

/** `full`: every value has its own colour. `middle`: the ends are the 1st and 99th percentile. */
export function layerScale(values: Float32Array | Float64Array, layer: Layer, range: Range): LayerScale {
  const sorted = values.slice().sort();
  const diverging = layer.startsWith('channel:');
  const least = share(sorted, 0);
  const most = share(sorted, 1);
  let low = range === 'full' ? least : share(sorted, 0.01);
  let high = range === 'full' ? most : share(sorted, 0.99);
  if (diverging) {
    high = Math.max(Math.abs(low), Math.abs(high));
    low = -high;
  } else if (layer === 'norm' || layer === 'influence') {
    low = 0;
  }
  return {
    map: diverging ? SIGNED : MAGNITUDE,
    low,
    high,
    beyondLow: least < low ? least : null,
    beyondHigh: most > high ? most : null,
  };
}
