/** Pictures between 8-bit pixels, the network's numbers and levels. */
import { InspectorError } from '@/common/errors';
import type { Levels } from './types';

/** Straight RGBA, 8 bits a channel. */
export interface Rgba {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

/**
 * Straight RGBA to `[height, width, 3]` in [-1, 1]; alpha is left out.
 * @throws InspectorError `bad-image` when the data does not fit the size
 */
export function toPlanes(picture: Rgba): Float32Array<ArrayBuffer> {
  return withoutAlpha(picture).map((level) => level / 127.5 - 1);
}

/**
 * A picture on the absolute scale, as decodes are: what a reconstruction is held against.
 * @throws InspectorError `bad-image` when the data does not fit the size
 */
export function pictureLevels(picture: Rgba): Levels {
  return { width: picture.width, height: picture.height, data: withoutAlpha(picture) };
}

/** Levels to opaque RGBA, rounded (half to even, as canvases do). */
export function toPixels({ width, height, data }: Levels): Rgba & { data: Uint8ClampedArray<ArrayBuffer> } {
  const rgba = new Uint8ClampedArray(4 * width * height);
  for (let from = 0, to = 0; to < rgba.length; from += 3, to += 4) {
    rgba[to] = data[from];
    rgba[to + 1] = data[from + 1];
    rgba[to + 2] = data[from + 2];
    rgba[to + 3] = 255;
  }
  return { width, height, data: rgba };
}

/** The mean of each `factor x factor` block, a smaller picture. Sides are multiples of `factor`. */
export function averageBlocks({ width, height, data }: Levels, factor: number): Levels {
  const [rows, cols] = [height / factor, width / factor];
  const sums = new Float64Array(rows * cols * 3);
  for (let y = 0, at = 0; y < height; y++) {
    const first = Math.floor(y / factor) * cols;
    for (let x = 0; x < width; x++, at += 3) {
      const to = 3 * (first + Math.floor(x / factor));
      for (let colour = 0; colour < 3; colour++) sums[to + colour] += data[at + colour];
    }
  }
  return { width: cols, height: rows, data: Float32Array.from(sums, (sum) => sum / (factor * factor)) };
}

/**
 * The picture pushed down by `dy` and right by `dx` pixels (negative: up and left); what leaves at one side comes in at
 * the other.
 */
export function rollPicture({ width, height, data }: Rgba, dy: number, dx: number): Rgba {
  const rolled = new Uint8ClampedArray(data.length);
  for (let y = 0; y < height; y++) {
    const row = modulo(y + dy, height) * width;
    for (let x = 0; x < width; x++) {
      const from = 4 * (y * width + x);
      rolled.set(data.subarray(from, from + 4), 4 * (row + modulo(x + dx, width)));
    }
  }
  return { width, height, data: rolled };
}

/** A rectangle of a picture, in pixels; it must lie within. */
export function cropPicture(
  picture: Rgba,
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
): Rgba {
  const cropped = new Uint8ClampedArray(4 * width * height);
  for (let row = 0; row < height; row++) {
    const from = 4 * ((y + row) * picture.width + x);
    cropped.set(picture.data.subarray(from, from + 4 * width), 4 * row * width);
  }
  return { width, height, data: cropped };
}

/** The remainder that has the divisor's sign. */
export function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}

function withoutAlpha({ width, height, data }: Rgba): Float32Array<ArrayBuffer> {
  if (data.length !== 4 * width * height) {
    throw new InspectorError('bad-image', `${data.length} bytes are not ${width} x ${height} RGBA pixels.`);
  }
  const colours = new Float32Array(3 * width * height);
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    colours[to] = data[from];
    colours[to + 1] = data[from + 1];
    colours[to + 2] = data[from + 2];
  }
  return colours;
}
