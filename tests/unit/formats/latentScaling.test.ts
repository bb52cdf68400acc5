import { expect, test } from 'vitest';
import { likelyScaled, toScaled, toUnscaled, UNSCALED } from '../../../src/formats/latent/scaling';
import { generator, randomLatent } from '../inspect/cases';

const SD1 = { scale: 0.18215, shift: 0 };

test('unscaled numbers stay the very same', () => {
  const latent = randomLatent(generator(9), 2, 2, 4);
  expect(toScaled(latent, UNSCALED)).toBe(latent);
  expect(toUnscaled(latent, UNSCALED)).toBe(latent);
});

test('the shift is taken off before the factor, and added after it', () => {
  const latent = { rows: 1, cols: 1, channels: 2, data: Float32Array.of(0.5, -1) };
  const scaling = { scale: 2, shift: 0.25 };
  expect([...toScaled(latent, scaling).data]).toEqual([0.5, -2.5]);
  expect([...toUnscaled(toScaled(latent, scaling), scaling).data]).toEqual([0.5, -1]);
});

test('numbers of sigma 1 are taken for scaled ones, numbers of the model’s own sigma for unscaled ones', () => {
  expect(likelyScaled([0.9, 1.1, 1, 0.8], SD1, null)).toBe(true);
  expect(likelyScaled([5.2, 6, 4.4, 5.5], SD1, null)).toBe(false);
  // Where a picture tells what is usual, that counts: this model's latents are small already.
  expect(likelyScaled([1, 1, 1, 1], SD1, [1, 1, 1, 1])).toBe(false);
});
