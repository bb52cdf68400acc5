import { describe, expect, it } from 'vitest';
import {
  CHANGE,
  type ColourMap,
  MAGNITUDE,
  oklch,
  paintScalars,
  SIGNED,
  stepOf,
} from '@/app/parts/colourMaps';

/** sRGB levels to linear light, 0 to 1. */
const toLinear = (colour: number[]) =>
  colour.map((level) => {
    const value = level / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });

/** CIE lightness, 0 to 100. */
function lightness([red, green, blue]: number[]): number {
  const y = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return y > 0.008856 ? 116 * Math.cbrt(y) - 16 : 903.3 * y;
}

/** Colours as a person without M cones sees them (Machado, Oliveira and Fernandes 2009, severity 1), in linear light. */
function deuteranope([red, green, blue]: number[]): number[] {
  return [
    0.367322 * red + 0.860646 * green - 0.227968 * blue,
    0.280085 * red + 0.672501 * green + 0.047413 * blue,
    -0.01182 * red + 0.04294 * green + 0.968881 * blue,
  ].map((value) => Math.min(1, Math.max(0, value)));
}

const colours = (map: ColourMap) =>
  Array.from({ length: 256 }, (_, step) => Array.from(map.bytes.subarray(step * 4, step * 4 + 3)));

describe('colour maps', () => {
  it('agree with published OKLCH values of the sRGB primaries', () => {
    const near = (actual: number[], expected: number[]) =>
      actual.forEach((value, index) => {
        expect(Math.abs(value - expected[index])).toBeLessThan(1.5);
      });
    near(oklch(0.62796, 0.25768, 29.2339), [255, 0, 0]);
    near(oklch(0.45201, 0.31321, 264.052), [0, 0, 255]);
    near(oklch(1, 0, 0), [255, 255, 255]);
  });

  it.each([MAGNITUDE, CHANGE])('$name rises in lightness at every step, also without M cones', (map) => {
    for (const see of [(colour: number[]) => colour, deuteranope]) {
      const seen = colours(map).map((colour) => lightness(see(toLinear(colour))));
      for (let step = 4; step < 256; step++) expect(seen[step]).toBeGreaterThan(seen[step - 4]);
      expect(seen[255] - seen[0]).toBeGreaterThan(65);
    }
  });

  it('the signed map is lightest at zero, falls evenly to both sides, and its sides differ without M cones', () => {
    const all = colours(SIGNED);
    const seen = all.map((colour) => lightness(toLinear(colour)));
    expect(Math.max(...seen)).toBeCloseTo(seen[128], 0);
    for (let step = 4; step < 124; step++) {
      expect(seen[step]).toBeGreaterThan(seen[step - 4]);
      expect(seen[255 - step]).toBeGreaterThan(seen[255 - step + 4]);
      expect(Math.abs(seen[step] - seen[255 - step])).toBeLessThan(6);
    }
    const [low, high] = [deuteranope(toLinear(all[60])), deuteranope(toLinear(all[195]))];
    expect(low[2] - low[0]).toBeGreaterThan(0.2);
    expect(high[0] - high[2]).toBeGreaterThan(0.2);
  });

  it('nothing changed is all but black, and without a hue, in the change map', () => {
    const [red, green, blue] = colours(CHANGE)[0];
    expect(Math.max(red, green, blue)).toBeLessThan(8);
    expect(Math.max(red, green, blue) - Math.min(red, green, blue)).toBeLessThan(2);
  });

  it('put values beyond the ends, and values that are not numbers, on the ends', () => {
    expect([-5, 0, 5, 10, 99, Number.NaN].map((value) => stepOf(value, 0, 10))).toEqual([
      0, 0, 128, 255, 255, 0,
    ]);
    expect(stepOf(3, 2, 2)).toBe(0);
    const image = { data: new Uint8ClampedArray(6 * 4) };
    paintScalars(image, [-5, 0, 5, 10, 99, Number.NaN], 0, 10, MAGNITUDE);
    const steps = [0, 0, 128, 255, 255, 0];
    steps.forEach((step, pixel) => {
      expect(Array.from(image.data.subarray(pixel * 4, pixel * 4 + 4))).toEqual(
        Array.from(MAGNITUDE.bytes.subarray(step * 4, step * 4 + 4)),
      );
    });
  });
});
