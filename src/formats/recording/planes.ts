/**
 * Three colours as three grey pictures, one under the other. Picture formats keep grey exactly where they blur colours
 * (WebP halves the resolution of what is not brightness), and what is kept here is no photograph but numbers.
 */

/** Red, green and blue one after the other, `[3, size * size]`, 0 to 255. */
export type Planes = Uint8Array;

/** The byte that stands for no change. */
const ZERO = 128;
const HALF_RANGE = 127;

/** Bytes, `[3, size * size]`, as the opaque RGBA of a picture `size` wide and `3 size` high. */
export function planesToPicture(planes: Planes): Uint8ClampedArray<ArrayBuffer> {
  const data = new Uint8ClampedArray(4 * planes.length);
  const words = new Uint32Array(data.buffer);
  for (let at = 0; at < planes.length; at++) words[at] = 0xff000000 | (planes[at] * 0x010101);
  return data;
}

/** The inverse; a decoder may leave the three colours of a grey a level apart, the middle one counts. */
export function pictureToPlanes(data: Uint8ClampedArray): Planes {
  return Uint8Array.from({ length: data.length / 4 }, (_, at) => data[4 * at + 1]);
}

/** Numbers a pixel and colour, `[size * size, 3]`, colour by colour, `[3, size * size]`. */
export function byColour(values: Float32Array): Float32Array<ArrayBuffer> {
  const count = values.length / 3;
  const sorted = new Float32Array(values.length);
  for (let pixel = 0, at = 0; pixel < count; pixel++) {
    for (let colour = 0; colour < 3; colour++, at++) sorted[colour * count + pixel] = values[at];
  }
  return sorted;
}

/** Colours of a picture, RGBA, colour by colour, `[3, size * size]`. */
export function pictureByColour(data: Uint8ClampedArray): Float32Array<ArrayBuffer> {
  const count = data.length / 4;
  return Float32Array.from({ length: 3 * count }, (_, at) => data[4 * (at % count) + Math.floor(at / count)]);
}

/** Levels, `[3, size * size]`, to the nearest whole ones. */
export function levelsToPlanes(levels: Float32Array): Planes {
  return Uint8Array.from(levels, (level) => Math.max(0, Math.min(255, Math.round(level))));
}

/** A change in levels, `[3, size * size]`, in steps of `scale / 127`. */
export function changeToPlanes(change: Float32Array, scale: number): Planes {
  const factor = scale > 0 ? HALF_RANGE / scale : 0;
  return Uint8Array.from(change, (value) => ZERO + Math.round(value * factor));
}

/** An image of changes: its largest byte stands for `scale` levels. */
export interface ChangePlanes {
  planes: Planes;
  scale: number;
}

/** Levels that each of the 256 bytes of an image stands for, times `weight`. */
function meanings(scale: number, weight: number): Float32Array {
  const factor = (scale * weight) / HALF_RANGE;
  return Float32Array.from({ length: 256 }, (_, byte) => (byte - ZERO) * factor);
}

/** `sum of weight x image`, levels, `[3, size * size]`. */
export function sumOfImages(
  images: readonly ChangePlanes[],
  weights: readonly number[],
  length: number,
): Float32Array<ArrayBuffer> {
  const sum = new Float32Array(length);
  images.forEach(({ planes, scale }, index) => {
    if (weights[index] === 0) return;
    const levels = meanings(scale, weights[index]);
    for (let at = 0; at < length; at++) sum[at] += levels[planes[at]];
  });
  return sum;
}

/** Base plus change, to whole levels, as opaque RGBA. */
export function composePicture(
  base: Planes,
  change: Float32Array,
  data = new Uint8ClampedArray((4 * base.length) / 3),
): Uint8ClampedArray<ArrayBuffer> {
  const count = base.length / 3;
  for (let pixel = 0, at = 0; pixel < count; pixel++, at += 4) {
    data[at] = base[pixel] + change[pixel];
    data[at + 1] = base[count + pixel] + change[count + pixel];
    data[at + 2] = base[2 * count + pixel] + change[2 * count + pixel];
    data[at + 3] = 255;
  }
  return data;
}

/** RMS over red, green and blue of a change `[3, size * size]`, levels, one a pixel. */
export function changeMap(change: Float32Array): Float32Array<ArrayBuffer> {
  const count = change.length / 3;
  const map = new Float32Array(count);
  for (let pixel = 0; pixel < count; pixel++) {
    const [red, green, blue] = [change[pixel], change[count + pixel], change[2 * count + pixel]];
    map[pixel] = Math.sqrt((red * red + green * green + blue * blue) / 3);
  }
  return map;
}
