import type { Pixels } from '@/engine/protocol';
import { CHANGE, type ColourMap, paintScalars } from '../parts/colourMaps';
import type { Painting } from '../parts/PixelCanvas';

/** A picture as it is. */
export function picturePainting(pixels: Pixels): Painting {
  return {
    width: pixels.width,
    height: pixels.height,
    paint: (image) => image.data.set(pixels.data),
  };
}

/** Numbers, one a pixel, through a colour map. */
export function scalarPainting(
  values: ArrayLike<number>,
  width: number,
  height: number,
  low: number,
  high: number,
  map: ColourMap,
): Painting {
  return { width, height, paint: (image) => paintScalars(image, values, low, high, map) };
}

/**
 * A change map, `[height * width]` levels.
 * @param end the levels at which the colours end
 */
export function changePainting(
  difference: Float32Array,
  width: number,
  height: number,
  end: number,
): Painting {
  return scalarPainting(difference, width, height, 0, end, CHANGE);
}

/** `base + strength (edited - base)`, clamped: a straight line through two decodes, not a decode. */
export function blendPainting(base: Pixels, edited: Pixels, strength: number): Painting {
  return {
    width: base.width,
    height: base.height,
    paint(image) {
      const target = image.data;
      const from = base.data;
      const to = edited.data;
      for (let index = 0; index < target.length; index++) {
        const start = from[index]!;
        target[index] = start + strength * (to[index]! - start);
      }
    },
  };
}
