import { expect, test } from 'vitest';
import { lanczosTaps, SquareResampler } from '@/formats/resample';
import { generator } from '../measures/cases';

function resize(side: number, size: number, pixel: (x: number, y: number) => number[], rowsAtOnce = 5) {
  const resampler = new SquareResampler(side, size);
  for (let from = 0; from < side; from += rowsAtOnce) {
    const rows = Math.min(rowsAtOnce, side - from);
    const strip = new Uint8ClampedArray(rows * side * 4);
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < side; x++) strip.set(pixel(x, from + y), (y * side + x) * 4);
    resampler.push(strip);
  }
  return { resampler, data: resampler.finish() };
}

test('the same size gives the same pixels', () => {
  const random = generator(1);
  const source = Array.from({ length: 16 * 16 }, () =>
    [random() * 255, random() * 255, random() * 255].map(Math.round),
  );
  const { data } = resize(16, 16, (x, y) => [...source[y * 16 + x], 255]);
  expect(Array.from(data)).toEqual(source.flatMap((pixel) => [...pixel, 255]));
});

test('the filter is Lanczos with three lobes, evaluated directly', () => {
  const random = generator(2);
  const side = 23;
  const size = 9;
  const values = Array.from({ length: side * side }, () => Math.round(random() * 255));
  const { data } = resize(side, size, (x, y) => [values[y * side + x], 0, 0, 255]);
  const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
  const kernel = (x: number) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0);
  const step = side / size;
  for (let row = 0; row < size; row++) {
    for (let col = 0; col < size; col++) {
      let sum = 0;
      let weights = 0;
      for (let y = 0; y < side; y++) {
        for (let x = 0; x < side; x++) {
          const weight =
            kernel((y + 0.5 - (row + 0.5) * step) / step) * kernel((x + 0.5 - (col + 0.5) * step) / step);
          sum += weight * values[y * side + x];
          weights += weight;
        }
      }
      const expected = Math.min(255, Math.max(0, sum / weights));
      expect(Math.abs(data[(row * size + col) * 4] - expected)).toBeLessThan(0.51);
    }
  }
});

test('a flat picture stays flat when shrunk and when enlarged', () => {
  for (const [side, size] of [
    [100, 7],
    [7, 100],
    [1, 8],
  ]) {
    const { data, resampler } = resize(side, size, () => [200, 30, 0, 255]);
    expect(data.length).toBe(size * size * 4);
    for (let at = 0; at < data.length; at += 4)
      expect(Array.from(data.subarray(at, at + 4))).toEqual([200, 30, 0, 255]);
    expect(resampler.transparent).toBe(false);
  }
});

test('stripes finer than the result average out instead of aliasing', () => {
  const { data } = resize(160, 16, (x) => (x % 2 ? [255, 255, 255, 255] : [0, 0, 0, 255]));
  for (let col = 3; col < 13; col++) expect(Math.abs(data[(8 * 16 + col) * 4] - 127.5)).toBeLessThan(3);
});

test('transparent pixels are laid on white and noticed', () => {
  const { data, resampler } = resize(4, 4, (x) => (x === 0 ? [255, 0, 0, 128] : [0, 0, 255, 255]));
  expect(resampler.transparent).toBe(true);
  expect(Array.from(data.subarray(0, 8))).toEqual([255, 127, 127, 255, 0, 0, 255, 255]);
});

test('the result does not depend on how the rows were cut', () => {
  const pixel = (x: number, y: number) => [(x * 7 + y * 13) % 256, (x * y) % 256, x, 255];
  const whole = resize(30, 12, pixel, 30).data;
  expect(resize(30, 12, pixel, 1).data).toEqual(whole);
  const { resampler } = resize(30, 12, pixel, 7);
  expect([...resampler.finish(0, 5), ...resampler.finish(5)]).toEqual(Array.from(whole));
});

test('asking before all rows are there is an error', () => {
  const resampler = new SquareResampler(4, 2);
  resampler.push(new Uint8ClampedArray(3 * 4 * 4));
  expect(() => resampler.finish()).toThrow('3 of 4 rows');
});

test('taps stay inside and sum to one', () => {
  for (const [from, to] of [
    [3000, 512],
    [5, 512],
    [512, 511],
  ]) {
    for (const { first, weights } of lanczosTaps(from, to)) {
      expect(first).toBeGreaterThanOrEqual(0);
      expect(first + weights.length).toBeLessThanOrEqual(from);
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
    }
  }
});
