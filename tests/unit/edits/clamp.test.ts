import { expect, test } from 'vitest';
import { applyEdits, cellValues, type Edit } from '@/edits';
import { channelSigma } from '@/latent/statistics';
import type { Latent } from '@/latent/types';

/** 3 x 3 cells, 2 channels; their means are 11 and -11. */
const LATENT: Latent = {
  rows: 3,
  cols: 3,
  channels: 2,
  data: Float32Array.from([0, 1, 2, 10, 11, 12, 20, 21, 22].flatMap((v) => [v, -v])),
};

test('clamp keeps each channel within so many sigma of its mean over the unedited picture', () => {
  const cell = { row: 1, col: 1 };
  const sigma = channelSigma(LATENT);
  const wild: Edit = { kind: 'set', cell, values: [900, -900] };
  const clamp: Edit = { kind: 'clamp', cell, sigma: 1.5 };
  const [first, second] = cellValues(applyEdits(LATENT, [wild, clamp]), cell);
  expect(first).toBeCloseTo(11 + 1.5 * sigma[0], 4);
  expect(second).toBeCloseTo(-11 - 1.5 * sigma[1], 4);
});

test('what lies within stays as it is, to the last digit', () => {
  const cell = { row: 0, col: 2 };
  const edited = applyEdits(LATENT, [{ kind: 'clamp', cell, sigma: 1.5 }]);
  expect(edited.data).toEqual(LATENT.data);
});
