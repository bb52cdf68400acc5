import { expect, test } from 'vitest';
import { findContents } from '@/formats/latent/contents';

const of = (arrays: Record<string, number[] | null>) => findContents(new Map(Object.entries(arrays)));
const SHAPE = [4, 8, 8];

test('a latent is found by its name, and the others beside it are named', () => {
  expect(of({ latent_tensor: SHAPE, latent_format_version_0: [0] })).toMatchObject({
    key: 'latent_tensor',
    others: [],
  });
  expect(of({ latents_64x64: SHAPE, latents_32x32: SHAPE, original_size_64x64: [2] })).toMatchObject({
    key: 'latents_64x64',
    others: ['latents_32x32'],
  });
  expect(of({ latents_control_1x8x8_float32: SHAPE, latents_1x8x8_float32: SHAPE })).toMatchObject({
    key: 'latents_1x8x8_float32',
    others: ['latents_control_1x8x8_float32'],
  });
  expect(of({ samples: SHAPE, noise_mask: [8, 8] })?.key).toBe('samples');
});

test('names of one’s own and numbered ones are found; statistics are none', () => {
  expect(of({ sample_0: SHAPE, sample_1: SHAPE })).toMatchObject({ key: 'sample_0', others: ['sample_1'] });
  expect(of({ packed_latents: [1024, 64], height: [], width: [] })?.key).toBe('packed_latents');
  expect(of({ text_embeds: [2, 77, 768], 'vae.latent': SHAPE })?.key).toBe('vae.latent');
  expect(of({ vae_latents_mean: [1, 4, 1, 1], other: SHAPE })).toBeNull();
});

test('moments are found in one array or in two', () => {
  expect(of({ mean: SHAPE, logvar: SHAPE })).toMatchObject({ key: 'mean', logvar: 'logvar', moments: false });
  expect(of({ mean: SHAPE, std: SHAPE })).toMatchObject({ key: 'mean', deviation: 'std' });
  expect(of({ moments: null, moments_flip: null })).toMatchObject({ key: 'moments', moments: true });
  expect(of({ mean: SHAPE, logvar: [4, 8, 7] })).toBeNull();
});

test('what is no latent is none: weights, statistics, several arrays of other names', () => {
  expect(of({ latents: [1, 16, 768], 'proj.weight': [768, 768] })).toBeNull();
  expect(of({ mean: [4], std: [4] })).toBeNull();
  expect(of({ a: SHAPE, b: SHAPE })).toBeNull();
  expect(of({ latents: [16] })).toBeNull();
  expect(of({ lora_up: [4, 4, 4] })).toBeNull();
  expect(of({})).toBeNull();
});

test('a single array may have any name', () => {
  expect(of({ arr_0: null })?.key).toBe('arr_0');
  expect(of({ anything: SHAPE })?.key).toBe('anything');
  expect(of({ embedding: [77, 768] })).toBeNull();
});
