import { expect, test } from 'vitest';
import type { PosteriorData } from '@/latent/types';
import { findSpots, spotScores } from '@/measures/spots';
import { generator } from './cases';

/** Ordinary cells with |mean| about 3 and raw logvar about -20, in a 12 x 10 grid of 2 channels. */
function ordinary(seed: number): PosteriorData {
  const random = generator(seed);
  const length = 12 * 10 * 2;
  const rawLogvar = Float32Array.from({ length }, () => -20 + random() * 2);
  return {
    rows: 12,
    cols: 10,
    channels: 2,
    mean: Float32Array.from({ length }, () => 2 + random()),
    logvar: rawLogvar,
    rawLogvar,
  };
}

test('a planted spot is found, first, and for the right reason', () => {
  const posterior = ordinary(1);
  posterior.mean.set([40, -30], (7 * 10 + 4) * 2);
  posterior.rawLogvar.set([-35, -36], (2 * 10 + 9) * 2);
  const { spots, found, threshold } = findSpots(posterior, spotScores(posterior));
  expect(found).toBe(2);
  expect(threshold).toBe(3.5);
  expect(spots[0].cell).toEqual({ row: 7, col: 4 });
  expect(spots[0].reasons.map(({ measure }) => measure)).toEqual(['norm']);
  expect(spots[0].reasons[0].score).toBe(spots[0].scores.norm);
  expect(spots[1].cell).toEqual({ row: 2, col: 9 });
  expect(spots[1].reasons.map(({ measure }) => measure)).toEqual(['rawLogvar']);
  expect(spots[1].reasons[0].score).toBeLessThan(-3.5); // signed: low stands out
});

test('low |mean| and high raw logvar are no spots', () => {
  const posterior = ordinary(2);
  posterior.mean.set([-40, 0.001], 0);
  posterior.mean.fill(0, 20, 22);
  posterior.rawLogvar.fill(15, 40, 42);
  const cells = findSpots(posterior, spotScores(posterior)).spots.map(({ cell }) => cell);
  expect(cells).toEqual([{ row: 0, col: 0 }]);
});

test('scores are never blended: three almost outstanding scores make no spot', () => {
  const grid = { rows: 1, cols: 3 };
  const score = (...scores: number[]) => ({ median: 0, mad: 1, scores: Float64Array.from(scores) });
  const list = findSpots(grid, {
    norm: score(3.4, 0, 4),
    rawLogvar: score(-3.4, -6, 0),
    influence: score(3.4, 5, 0),
  });
  expect(list.spots.map(({ cell }) => cell.col)).toEqual([1, 2]);
  expect(list.spots[0].reasons).toEqual([
    { measure: 'rawLogvar', score: -6 },
    { measure: 'influence', score: 5 },
  ]);
  expect(list.spots[1].scores).toEqual({ norm: 4, rawLogvar: 0, influence: 0 });
});

test('influence is a reason of its own, when it is known', () => {
  const posterior = ordinary(3);
  expect(findSpots(posterior, spotScores(posterior)).found).toBe(0);
  const influence = new Float32Array(120).map((_, index) => 0.01 + (index % 7) * 0.001);
  influence[55] = 4;
  const { spots } = findSpots(posterior, spotScores(posterior, influence));
  expect(spots.map(({ cell }) => cell)).toEqual([{ row: 5, col: 5 }]);
  expect(spots[0].reasons[0].measure).toBe('influence');
});

test('the list is cut at its limit and says how many there are', () => {
  const scores = Float64Array.from({ length: 30 }, (_, index) => 4 + (index % 3));
  const flat = { median: 0, mad: 1, scores: new Float64Array(30) };
  const list = findSpots(
    { rows: 3, cols: 10 },
    { norm: { median: 0, mad: 1, scores }, rawLogvar: flat, influence: null },
    { limit: 3, threshold: 5 },
  );
  expect(list.found).toBe(20);
  expect(list.spots.map(({ cell }) => cell.col)).toEqual([2, 5, 8]); // the strongest, in row-major order
});

test('cells that differ where the others are exactly alike come first', () => {
  const posterior = ordinary(4);
  posterior.mean.fill(1);
  posterior.mean.set([1, 1.5], 100 * 2);
  const { spots } = findSpots(posterior, spotScores(posterior));
  expect(spots[0].cell).toEqual({ row: 10, col: 0 });
  expect(spots[0].scores.norm).toBe(Infinity);
});
