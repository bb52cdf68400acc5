import { expect, test } from 'vitest';
import {
  arrange,
  axesOf,
  batchOf,
  channelsFirst,
  fittingLayouts,
  ownLatent,
} from '../../../src/formats/latent/shape';
import { generator, randomLatent } from '../inspect/cases';

test('the axis that has the model’s channels is the channels’; both may', () => {
  expect(fittingLayouts([4, 64, 48], 4, 'a')).toEqual(['channels-first']);
  expect(fittingLayouts([1, 4, 64, 48], 4, 'a')).toEqual(['channels-first']);
  expect(fittingLayouts([64, 48, 4], 4, 'a')).toEqual(['channels-last']);
  expect(fittingLayouts([1, 64, 48, 4], 4, 'a')).toEqual(['channels-last']);
  expect(fittingLayouts([4, 64, 4], 4, 'a')).toEqual(['channels-first', 'channels-last']);
  expect(axesOf([1, 4, 64, 48], 'channels-first')).toEqual({ channels: 4, rows: 64, cols: 48 });
  expect(axesOf([64, 48, 4], 'channels-last')).toEqual({ channels: 4, rows: 64, cols: 48 });
  expect(batchOf([3, 4, 64, 64])).toBe(3);
});

test('a shape that is no latent of the model says what would be', () => {
  for (const shape of [[16, 64, 64], [64, 64], [4], [], [1, 4, 1, 64, 64], [0, 4, 8, 8], [4, 0, 8]]) {
    expect(() => fittingLayouts(shape, 4, 'a.npy')).toThrow(`a.npy has the shape [${shape.join(', ')}]`);
  }
  expect(() => fittingLayouts([16, 64, 64], 4, 'a.npy')).toThrow(
    expect.objectContaining({ advice: expect.stringContaining('[1, 4, rows, columns]') }),
  );
  expect(() => fittingLayouts([4, 129, 128], 4, 'a.npy')).toThrow(
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
