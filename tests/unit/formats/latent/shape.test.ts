import { expect, test } from 'vitest';
import { arrange, axesOf, channelsFirst, fittingLayouts, ownLatent, patches } from '@/formats/latent/shape';
import { generator, randomLatent } from '../../measures/cases';

test('the axis that has the model’s channels is the channels’; both may', () => {
  expect(fittingLayouts({ shape: [4, 64, 48] }, 4, 'a')).toEqual(['channels-first']);
  expect(fittingLayouts({ shape: [1, 4, 64, 48] }, 4, 'a')).toEqual(['channels-first']);
  expect(fittingLayouts({ shape: [64, 48, 4] }, 4, 'a')).toEqual(['channels-last']);
  expect(fittingLayouts({ shape: [1, 64, 48, 4] }, 4, 'a')).toEqual(['channels-last']);
  expect(fittingLayouts({ shape: [4, 64, 4] }, 4, 'a')).toEqual(['channels-first', 'channels-last']);
  expect(axesOf({ shape: [1, 4, 64, 48] }, 'channels-first')).toEqual({
    channels: 4,
    rows: 64,
    cols: 48,
    latents: 1,
    frames: 1,
  });
  expect(axesOf({ shape: [64, 48, 4] }, 'channels-last')).toEqual({
    channels: 4,
    rows: 64,
    cols: 48,
    latents: 1,
    frames: 1,
  });
  expect(axesOf({ shape: [3, 4, 64, 64] }, 'channels-first').latents).toBe(3);
  expect(fittingLayouts({ shape: [4, 4, 64, 64] }, 4, 'a')).toEqual(['channels-first', 'frames']);
  expect(fittingLayouts({ shape: [1, 1, 1, 8] }, 1, 'a')).toEqual(['channels-first']);
});

test('a shape that is no latent of the model says what would be', () => {
  for (const shape of [[16, 64, 64], [64, 64], [4], [], [1, 4, 1, 1, 64, 64], [0, 4, 8, 8], [4, 0, 8]]) {
    expect(() => fittingLayouts({ shape }, 4, 'a.npy')).toThrow(`a.npy has the shape [${shape.join(', ')}]`);
  }
  expect(() => fittingLayouts({ shape: [16, 64, 64] }, 4, 'a.npy')).toThrow(
    expect.objectContaining({ advice: expect.stringContaining('[1, 4, rows, columns]') }),
  );
  expect(() => fittingLayouts({ shape: [4, 129, 128] }, 4, 'a.npy')).toThrow(
    '129 x 128 cells; this page opens up to 16384',
  );
});

test('cells keep their channels, whichever axis comes first', () => {
  const latent = randomLatent(generator(7), 3, 5, 4);
  expect(arrange(channelsFirst(latent), 'channels-first', 'a')).toEqual(latent);
  expect(arrange({ shape: [3, 5, 4], data: new Float32Array(latent.data) }, 'channels-last', 'a')).toEqual(
    latent,
  );
  const { data, shape } = channelsFirst(latent);
  expect(shape).toEqual([1, 4, 3, 5]);
  // Channel 2 of the cell in row 1, column 3.
  expect(data[2 * 15 + 1 * 5 + 3]).toBe(latent.data[(1 * 5 + 3) * 4 + 2]);
});

test('of several latents the first is meant', () => {
  const both = Float32Array.from({ length: 8 }, (_, at) => at);
  expect([...arrange({ shape: [2, 4, 1, 1], data: both }, 'channels-first', 'a').data]).toEqual([0, 1, 2, 3]);
});

test('numbers that no decoder can use are refused', () => {
  for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, -2e6]) {
    const data = Float32Array.of(0, 1, wrong, 2);
    expect(() => arrange({ shape: [4, 1, 1], data }, 'channels-first', 'a.npy')).toThrow(
      `holds the number ${wrong}`,
    );
  }
});

test('a latent that a script gives is copied, or refused with what is wrong', () => {
  const data = Float32Array.from({ length: 24 }, (_, index) => index);
  const own = ownLatent({ rows: 2, cols: 3, channels: 4, data }, 'mine');
  expect(own).toEqual({ rows: 2, cols: 3, channels: 4, data });
  data[0] = 7;
  expect(own.data[0]).toBe(0);
  expect(() => ownLatent({ rows: 2, cols: 2, channels: 4, data }, 'mine')).toThrow(/mine holds 24 numbers/);
  expect(() => ownLatent({ rows: 0, cols: 3, channels: 4, data }, 'mine')).toThrow(/mine/);
  data[5] = Number.NaN;
  expect(() => ownLatent({ rows: 2, cols: 3, channels: 4, data }, 'mine')).toThrow(/NaN/);
});

test('it is said how many numbers cannot be used, and where the first is', () => {
  const data = new Float32Array(4 * 3 * 5);
  data[2 * 15 + 1 * 5 + 3] = Number.NaN;
  const refused = () => arrange({ shape: [1, 4, 3, 5], data }, 'channels-first', 'a.npy');
  expect(refused).toThrow('the only such one of its 60 numbers: channel 2 of the cell in row 1, column 3');
  data[0] = Number.POSITIVE_INFINITY;
  expect(refused).toThrow(
    '2 of its 60 numbers are not finite or beyond a million; the first is channel 0 of',
  );
});

test('tokens make rows and columns as the file says, else a square, else they are refused', () => {
  expect(fittingLayouts({ shape: [1, 16, 64] }, 16, 'a')).toEqual(['packed']);
  expect(axesOf({ shape: [1, 16, 64] }, 'packed')).toMatchObject({ rows: 8, cols: 8, channels: 16 });
  const sides = (height: number, width: number) => ({ shape: [24, 64], sides: { height, width } });
  expect(axesOf(sides(8, 12), 'packed')).toMatchObject({ rows: 8, cols: 12 });
  expect(axesOf(sides(64, 96), 'packed')).toMatchObject({ rows: 8, cols: 12 });
  for (const array of [{ shape: [1, 24, 64] }, sides(64, 64)]) {
    expect(() => fittingLayouts(array, 16, 'a.npy')).toThrow(
      'packed latents of FLUX, 2 x 2 cells in one token',
    );
  }
});

test('patches are laid out and back, and only where the model has them', () => {
  const latent = randomLatent(generator(3), 4, 6, 2);
  const folded = patches(latent);
  expect(folded.shape).toEqual([1, 8, 2, 3]);
  expect(arrange(folded, 'patches', 'a')).toEqual(latent);
  expect(fittingLayouts({ shape: [1, 128, 4, 4] }, 32, 'a', true)).toEqual(['patches']);
  expect(() => fittingLayouts({ shape: [1, 128, 4, 4] }, 32, 'a')).toThrow('no latent of the open model');
});
