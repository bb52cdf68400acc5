/** Pictures between the page's 8-bit pixels and the network's numbers. */
import { InspectorError } from '../errors';
import type { Levels } from '../inspect/types';
import type { Pixels } from './protocol';

/**
 * Straight RGBA to `[height, width, 3]` in [-1, 1]; alpha is left out.
 * @throws InspectorError `bad-image` when the data does not fit the size
 */
export function toPlanes({ width, height, data }: Pixels): Float32Array {
  if (data.length !== 4 * width * height) {
    throw new InspectorError('bad-image', `${data.length} bytes are not ${width} x ${height} RGBA pixels.`);
  }
  const planes = new Float32Array(3 * width * height);
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    planes[to] = data[from] / 127.5 - 1;
    planes[to + 1] = data[from + 1] / 127.5 - 1;
    planes[to + 2] = data[from + 2] / 127.5 - 1;
  }
  return planes;
}

/** Levels to opaque RGBA, rounded (half to even, as canvases do). */
export function toPixels({ width, height, data }: Levels): Pixels {
  const rgba = new Uint8ClampedArray(4 * width * height);
  for (let from = 0, to = 0; to < rgba.length; from += 3, to += 4) {
    rgba[to] = data[from];
    rgba[to + 1] = data[from + 1];
    rgba[to + 2] = data[from + 2];
    rgba[to + 3] = 255;
  }
  return { width, height, data: rgba };
}
