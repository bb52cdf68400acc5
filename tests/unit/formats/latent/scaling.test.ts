import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readNpy } from '@/formats/latent/npy';
import { isUnscaled, logvarUnscaled, toScaled, toUnscaled, UNSCALED } from '@/formats/latent/scaling';
import { arrange } from '@/formats/latent/shape';
import { scalingOf } from '@/latent/scaled';
import { parseConfig } from '@/vae/config';
import { generator, randomLatent } from '../../measures/cases';

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

test('the log-variance of unscaled numbers follows from that of scaled ones', () => {
  const latent = { rows: 1, cols: 1, channels: 2, data: Float32Array.of(-3, 0.5) };
  const statistics = { mean: [7, 8], std: [4, 0.5], patch: 1 };
  // x = (z - mean) / std * scale: the variance of z is that of x times (std / scale) squared.
  const unscaled = logvarUnscaled(latent, { scale: -0.5, shift: 0, statistics });
  expect(unscaled[0]).toBeCloseTo(-3 + Math.log(64), 6);
  expect(unscaled[1]).toBeCloseTo(0.5 + Math.log(1), 6);
});

test('mean and standard deviation of a configuration are used channel by channel, as diffusers does', () => {
  const folder = 'tests/cases/latents_mean-std-ignored/';
  const json = JSON.parse(readFileSync(`${folder}cfg-playground.json`, 'utf8'));
  const file = readNpy(new Uint8Array(readFileSync(`${folder}scaled-playground.npy`)), 'scaled.npy');
  const scaled = arrange(file, 'channels-first', 'scaled.npy');
  const scaling = scalingOf(parseConfig(json));
  const latent = toUnscaled(scaled, scaling);
  let [error, size] = [0, 0];
  scaled.data.forEach((value, at) => {
    const channel = at % 4;
    const truth = (value * json.latents_std[channel]) / json.scaling_factor + json.latents_mean[channel];
    error += (latent.data[at] - truth) ** 2;
    size += truth ** 2;
  });
  expect(Math.sqrt(error / size)).toBeLessThan(1e-7);
  const back = toScaled(latent, scaling);
  back.data.forEach((value, at) => {
    expect(Math.abs(value - scaled.data[at])).toBeLessThan(2e-6);
  });
  expect(isUnscaled({ ...scaling, scale: 1 })).toBe(false);
});
