import { expect, test } from 'vitest';
import { MODELS } from '@/element/catalogue';
import { SITE } from '@/element/site';
import { DEFAULT_HUB } from '@/models/hub/address';

test('the small models come first, the planted one before all; then those of the hub, the original first', () => {
  expect(MODELS.map(({ manifest }) => manifest.id)).toEqual([
    'mini-planted',
    'mini-emergent',
    'mini-clean',
    'sd1',
    'sd1-ft-mse',
    'sd1-ft-ema',
    'sdxl',
    'sdxl-fp32',
    'sdxl-fp16-fix',
  ]);
});

test('the files of a hub are where the hub is, those of the page beside it', () => {
  for (const source of MODELS) {
    const base = 'base' in source ? source.base : null;
    expect(base).toBe(source.manifest.kind === 'hub' ? DEFAULT_HUB : SITE);
  }
});
