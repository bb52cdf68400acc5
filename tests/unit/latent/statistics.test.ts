import { expect, test } from 'vitest';
import { uniform } from '@/latent/random';
import {
  channelMean,
  channelSigma,
  median,
  medianAbsoluteDeviation,
  robustScores,
} from '@/latent/statistics';
import { generator, integer, randomLatent } from '../measures/cases';

test('the median is the middle value, or the mean of the two middle ones', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([-10, -9, 100])).toBe(-9); // not compared as text
  expect(median([])).toBeNaN();
});

test('the median leaves half of the values on either side', () => {
  const random = generator(1);
  for (let round = 0; round < 100; round++) {
    const values = Array.from({ length: integer(random, 1, 40) }, () => random() * 10 - 5);
    const middle = median(values);
    expect(values.filter((value) => value < middle).length).toBeLessThanOrEqual(values.length / 2);
    expect(values.filter((value) => value > middle).length).toBeLessThanOrEqual(values.length / 2);
  }
});

test('robust scores are (x - median) / (1.4826 MAD)', () => {
  // median 3, absolute deviations 2 1 0 1 97 -> MAD 1
  const { median: center, mad, scores } = robustScores([1, 2, 3, 4, 100]);
  expect(center).toBe(3);
  expect(mad).toBe(1);
  expect(scores[4]).toBeCloseTo(97 / 1.4826, 10);
  expect(scores[0]).toBeCloseTo(-2 / 1.4826, 10);
  expect(medianAbsoluteDeviation([1, 2, 3, 4, 100], 0)).toBe(3);
});

test('without any spread a score is 0 for the median and infinite for the rest', () => {
  const { mad, scores } = robustScores([7, 7, 7, 7, 8, 6]);
  expect(mad).toBe(0);
  expect(Array.from(scores)).toEqual([0, 0, 0, 0, Infinity, -Infinity]);
});

test('robust scores of a normal population are near its standard scores', () => {
  const next = uniform(4);
  // Twelve uniform numbers, summed, are nearly normal with variance 1.
  const values = Array.from(
    { length: 20000 },
    () => Array.from({ length: 12 }, next).reduce((a, b) => a + b) * 3 + 40,
  );
  const { scores } = robustScores(values);
  const outside = scores.filter((score) => Math.abs(score) > 1.96).length / scores.length;
  expect(outside).toBeGreaterThan(0.04);
  expect(outside).toBeLessThan(0.06);
});

test('sigma and mean are taken channel by channel over the cells', () => {
  const latent = randomLatent(generator(9), 5, 7, 3);
  for (let c = 0; c < 3; c++) {
    const values: number[] = [];
    for (let row = 0; row < 5; row++)
      for (let col = 0; col < 7; col++) values.push(latent.data[(row * 7 + col) * 3 + c]);
    const mean = values.reduce((a, b) => a + b) / 35;
    const variance = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / 35;
    expect(channelMean(latent)[c]).toBeCloseTo(mean, 10);
    expect(channelSigma(latent)[c]).toBeCloseTo(Math.sqrt(variance), 10);
  }
});

test('the uniform generator is stable across versions and fills its range evenly', () => {
  // Fixed so that a shared link with a noise edit shows the same picture for ever.
  const next = uniform(1);
  expect([next(), next(), next()]).toMatchInlineSnapshot(`
    [
      0.5883937727194279,
      0.07318899407982826,
      0.59031065646559,
    ]
  `);
  const bins = new Array(10).fill(0);
  for (let draw = 0; draw < 10000; draw++) bins[Math.floor(next() * 10)] += 1;
  for (const bin of bins) expect(Math.abs(bin - 1000)).toBeLessThan(120);
});
