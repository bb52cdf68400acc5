import { expect, test } from 'vitest';
import { normal } from '@/latent/random';
import { correlations, covariances, histogram, moments } from '@/measures/distribution';
import { generator } from './cases';

test('moments by hand: 0, 0, 0, 4 leans to the right', () => {
  // Deviations -1 -1 -1 3: variance 3, third (-3 + 27) / 4 = 6, fourth (3 + 81) / 4 = 21.
  const { mean, sigma, skewness, excessKurtosis } = moments([0, 0, 0, 4]);
  expect(mean).toBe(1);
  expect(sigma).toBeCloseTo(Math.sqrt(3), 12);
  expect(skewness).toBeCloseTo(6 / 3 ** 1.5, 12);
  expect(excessKurtosis).toBeCloseTo(21 / 9 - 3, 12);
});

test('moments of a normal population are 0, and have no shape without any spread', () => {
  const draw = normal(8);
  const found = moments(Float64Array.from({ length: 40000 }, () => 3 * draw() - 2));
  expect(found.mean).toBeCloseTo(-2, 1);
  expect(found.sigma).toBeCloseTo(3, 1);
  expect(Math.abs(found.skewness)).toBeLessThan(0.05);
  expect(Math.abs(found.excessKurtosis)).toBeLessThan(0.1);
  expect(moments([5, 5]).sigma).toBe(0);
  expect(moments([5, 5]).skewness).toBeNaN();
});

test('a histogram counts every value once, edges upwards', () => {
  const { counts, below, above } = histogram([-2.01, -2, -1.5, -1, 0, 0.99, 1, 1.99, 2, 7], 4, 2);
  expect([...counts]).toEqual([2, 1, 2, 3]);
  expect([below, above]).toEqual([1, 1]);
});

test('the normal beside it has its known shares within 1, 2 and 3 sigma', () => {
  for (const [reach, share] of [
    [1, 0.682689492],
    [2, 0.954499736],
    [3, 0.997300204],
  ]) {
    const { normal: expected, normalBeyond } = histogram(new Float64Array(1000), 12, reach);
    expect(expected.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1000 * share, 5);
    expect(normalBeyond).toBeCloseTo(500 * (1 - share), 5);
    expect(expected[0]).toBeCloseTo(expected[11], 10);
  }
  const draw = normal(2);
  const { counts, normal: expected } = histogram(
    Float64Array.from({ length: 50000 }, () => draw()),
    8,
    2,
  );
  for (const [bin, count] of counts.entries())
    expect(Math.abs(count - expected[bin])).toBeLessThan(5 * Math.sqrt(expected[bin]));
});

test('correlations are those of the columns, whatever their scale', () => {
  const random = generator(2);
  const rows = 50;
  const values = new Float64Array(rows * 3);
  for (let row = 0; row < rows; row++) {
    const [x, y] = [random(), random()];
    values.set([x, 5 - 3 * x, x + 2 * y], 3 * row);
  }
  const found = correlations(values, 3);
  expect(found[1]).toBeCloseTo(-1, 10);
  expect([found[0], found[4], found[8]]).toEqual([1, 1, 1]);
  expect(found[2]).toBeCloseTo(found[6], 12);
  const column = (at: number) => Array.from({ length: rows }, (_, row) => values[3 * row + at]);
  const mean = (list: number[]) => list.reduce((a, b) => a + b) / list.length;
  const [a, b] = [column(0), column(2)];
  const product = mean(a.map((value, at) => (value - mean(a)) * (b[at] - mean(b))));
  expect(found[2]).toBeCloseTo(product / (moments(a).sigma * moments(b).sigma), 10);
  expect(covariances(values, 3)[2]).toBeCloseTo(product, 10);
});

test('a column that does not vary correlates with nothing', () => {
  const found = correlations([1, 7, 2, 7, 4, 7], 2);
  expect(found[0]).toBe(1);
  expect([found[1], found[2], found[3]]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
});
