import { expect, test } from 'vitest';
import { applyEdits, cellValues, type Edit, leftOutSentence, translateEdits } from '@/edits';
import { channelSigma } from '@/latent/statistics';
import type { Latent } from '@/latent/types';
import { generator, randomLatent } from '../measures/cases';

/** A latent of 2 x 2 cells from its numbers, channel beside channel. */
const latent = (channels: number, ...data: number[]): Latent => ({
  rows: 2,
  cols: data.length / channels / 2,
  channels,
  data: Float32Array.from(data),
});

// Channel 0 is -1, 1, -1, 1: sigma 1. Channel 1 is 0, 4, 0, 4: sigma 2.
const A = latent(2, -1, 0, 1, 4, -1, 0, 1, 4);
// Channel 0 is 7, 13, 7, 13: sigma 3. Channel 1 is 1, 2, 1, 2: sigma 0.5.
const B = latent(2, 7, 1, 13, 2, 7, 1, 13, 2);
const cell = { row: 0, col: 1 };

test('the latents of these tests have the sigma that is said of them', () => {
  expect([...channelSigma(A)]).toEqual([1, 2]);
  expect([...channelSigma(B)]).toEqual([3, 0.5]);
});

test('in sigma, an added shift is as many sigma there', () => {
  const edits: Edit[] = [{ kind: 'add', cell, values: [2, -4] }];
  // 2 sigma of 1 are 2 sigma of 3; -2 sigma of 2 are -2 sigma of 0.5.
  expect(translateEdits(edits, A, B, 'sigma')).toEqual({
    edits: [{ kind: 'add', cell, values: [6, -1] }],
    leftOut: [],
  });
});

test('in sigma, a set value is as far from the unedited cell', () => {
  for (const kind of ['set', 'paste'] as const) {
    // The cell is (1, 4) in A and (13, 2) in B. 3 is 2 sigma above, 0 is 2 sigma below.
    expect(translateEdits([{ kind, cell, values: [3, 0] }], A, B, 'sigma').edits).toEqual([
      { kind, cell, values: [19, 1] },
    ]);
  }
});

test('what was done to the cell before does not change what a set value becomes', () => {
  const edits: Edit[] = [
    { kind: 'add', cell, values: [50, 50] },
    { kind: 'set', cell, values: [3, 0] },
  ];
  const [, set] = translateEdits(edits, A, B, 'sigma').edits;
  expect(set).toEqual({ kind: 'set', cell, values: [19, 1] });
  // The whole list moves the cell by 2 and -2 sigma in both.
  expect(cellValues(applyEdits(A, edits), cell)).toEqual([1 + 2 * 1, 4 - 2 * 2]);
  expect(cellValues(applyEdits(B, translateEdits(edits, A, B, 'sigma').edits), cell)).toEqual([
    13 + 2 * 3,
    2 - 2 * 0.5,
  ]);
});

test('in raw units the numbers stay', () => {
  const edits: Edit[] = [
    { kind: 'add', cell, values: [2, -4] },
    { kind: 'set', cell, values: [3, 0], enabled: false },
  ];
  const result = translateEdits(edits, A, B, 'raw');
  expect(result.edits).toEqual(edits);
  expect(result.edits).not.toBe(edits);
});

test('scale, zero, heal, noise and swap mean the same everywhere', () => {
  const edits: Edit[] = [
    { kind: 'scale', cell, factor: 2.5 },
    { kind: 'zero', cell, enabled: false },
    { kind: 'heal', cell },
    { kind: 'noise', cell, sigma: 1.5, seed: 3 },
    { kind: 'swap', cell, with: { row: 1, col: 0 } },
  ];
  for (const units of ['sigma', 'raw'] as const) {
    expect(translateEdits(edits, A, B, units)).toEqual({ edits, leftOut: [] });
  }
});

test('a channel that does not vary gives numbers, not NaN', () => {
  const flat = latent(2, 5, 0, 5, 4, 5, 0, 5, 4); // channel 0 is 5 everywhere
  const edits: Edit[] = [
    { kind: 'add', cell, values: [2, 2] },
    { kind: 'add', cell, values: [0, 0] },
    { kind: 'set', cell, values: [6, 6] },
  ];
  // From it: the shift as it is. 2 and 1 sigma; then 6 - 5 = 1 and (6 - 4) / 2 = 1 sigma.
  expect(translateEdits(edits, flat, B, 'sigma').edits).toMatchObject([
    { values: [2, 0.5] },
    { values: [0, 0] },
    { values: [14, 2.5] },
  ]);
  // To it: as many sigma of nothing.
  expect(translateEdits(edits, B, flat, 'sigma').edits).toMatchObject([
    { values: [0, 8] },
    { values: [0, 0] },
    { values: [5, 20] },
  ]);
});

test('cells go to the same places in the picture, with the means of both places', () => {
  const fine: Latent = {
    rows: 4,
    cols: 4,
    channels: 1,
    data: Float32Array.from({ length: 16 }, (_, at) => at),
  };
  const coarse: Latent = { rows: 2, cols: 2, channels: 1, data: Float32Array.from([0, 10, 20, 30]) };
  // Cell (2, 3) of 4 x 4 holds 11 and lies in cell (1, 1) of 2 x 2, which holds 30.
  const ratio = channelSigma(coarse)[0] / channelSigma(fine)[0];
  const { edits } = translateEdits(
    [{ kind: 'set', cell: { row: 2, col: 3 }, values: [12] }],
    fine,
    coarse,
    'sigma',
  );
  expect(edits).toMatchObject([{ kind: 'set', cell: { row: 1, col: 1 } }]);
  expect('values' in edits[0] && edits[0].values[0]).toBeCloseTo(30 + ratio, 12);
});

test('what needs one number a channel cannot go to another number of channels; the rest does', () => {
  const wide = latent(4, ...Array.from({ length: 16 }, (_, at) => at));
  const edits: Edit[] = [
    { kind: 'heal', cell },
    { kind: 'add', cell, values: [1, 1] },
    { kind: 'set', cell, values: [1, 1] },
    { kind: 'paste', cell, values: [1, 1], enabled: false },
    { kind: 'scale', cell, factor: 2 },
  ];
  const result = translateEdits(edits, A, wide, 'sigma');
  expect(result.edits).toEqual([edits[0], edits[4]]);
  expect(leftOutSentence(result.leftOut, 'Mini, wide')).toBe(
    '2 edits could not be carried to Mini, wide: 2 numbers do not fit 4 channels.',
  );
  expect(leftOutSentence([], 'Mini, wide')).toBeNull();
});

test('a swap within one cell and numbers beyond all measure are left out and said', () => {
  const coarse: Latent = { rows: 1, cols: 1, channels: 2, data: Float32Array.from([1, 1]) };
  const tiny = latent(2, -1e-7, 0, 1e-7, 4, -1e-7, 0, 1e-7, 4);
  const swap: Edit = { kind: 'swap', cell, with: { row: 0, col: 0 } };
  expect(leftOutSentence(translateEdits([swap], A, coarse, 'raw').leftOut, 'B')).toBe(
    'One edit could not be carried to B: the two cells of a swap are one there.',
  );
  const large = translateEdits([{ kind: 'add', cell, values: [1, 0] }, swap], tiny, B, 'sigma');
  expect(large).toEqual({ edits: [swap], leftOut: ['the numbers would be too large there'] });
  expect(leftOutSentence(['one', 'two', 'two'], 'B')).toBe('3 edits could not be carried to B: one; two.');
});

test('into a latent that is the very same, numbers stay to the last digit', () => {
  const random = generator(5);
  const one = randomLatent(random, 4, 4, 3);
  const edits: Edit[] = [{ kind: 'set', cell, values: [0.1, 1 / 3, 0.7] }];
  expect(translateEdits(edits, one, { ...one }, 'sigma').edits).toEqual(edits);
});
