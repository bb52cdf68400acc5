import { expect, test } from 'vitest';
import { type ModelManifest, parseManifest } from '@/models/manifest';

const FILE = { path: 'mini.safetensors', bytes: 12, sha256: 'a'.repeat(64) };

const MANIFEST: ModelManifest = {
  id: 'mini',
  name: 'Mini',
  summary: 'A small model.',
  kind: 'embedded',
  origin: 'planted',
  files: [FILE],
  dtype: 'float16',
  layout: 'diffusers',
  licence: 'MIT',
  config: { block_out_channels: [32, 64] },
  spot: { row: 3, col: 4 },
};

test('a complete manifest is taken as it is', () => {
  expect(parseManifest(JSON.parse(JSON.stringify(MANIFEST)))).toEqual(MANIFEST);
});

test('of a hub, size and hash may be unknown', () => {
  const manifest = {
    ...MANIFEST,
    kind: 'hub',
    hub: { repository: 'someone/vae', revision: 'main' },
    files: [{ path: 'vae/model.safetensors', bytes: null, sha256: null }],
    encoder: 'sd1',
    halfActivations: false,
  };
  expect(parseManifest(manifest)).toEqual(manifest);
});

test.each([
  [{ id: '' }, 'id is ""'],
  [{ summary: undefined }, 'summary is missing'],
  [{ kind: 'remote' }, 'kind is "remote"'],
  [{ origin: 'found' }, 'origin is "found"'],
  [{ dtype: 'F16' }, 'dtype is "F16"'],
  [{ layout: 'ldm' }, 'layout is "ldm"'],
  [{ files: [] }, 'files is []'],
  [{ files: [{ path: 'x', bytes: -1, sha256: 'a'.repeat(64) }] }, 'bytes'],
  [{ files: [{ path: 'x', bytes: 1, sha256: 'A'.repeat(64) }] }, 'sha256'],
  [{ files: [{ path: 'x', bytes: null, sha256: 'a'.repeat(64) }] }, 'bytes'],
  [{ files: [{ path: 'x', bytes: 1, sha256: null }] }, 'sha256'],
  [{ hub: { repository: 'a/b', revision: 'main' } }, 'must be left out'],
  [{ kind: 'file' }, 'kind is "file"'],
  [{ kind: 'hub' }, 'hub is missing'],
  [{ kind: 'hub', hub: { repository: 'b', revision: 'main' } }, 'hub is {"repository":"b"'],
  [{ kind: 'hub', hub: { repository: 'a/b', revision: '' } }, 'hub is {"repository":"a/b","revision":""}'],
  [{ kind: 'hub', hub: { repository: 'a/b', revision: 'main' }, files: [FILE, FILE] }, 'must be one file'],
  [{ encoder: '' }, 'encoder is ""'],
  [{ halfActivations: 'no' }, 'halfActivations is "no"'],
  [{ spot: { row: 1 } }, 'spot is {"row":1}'],
  [{ config: { block_out_channels: [33] } }, 'does not divide its width 33'],
  [{ config: undefined }, 'not an object'],
])('a wrong field is named with its value (%#)', (change, said) => {
  expect(() => parseManifest({ ...MANIFEST, ...change })).toThrow(said);
  expect(() => parseManifest({ ...MANIFEST, ...change })).toThrow(
    expect.objectContaining({ code: 'bad-model' }),
  );
});

test('something else than an object is refused', () => {
  expect(() => parseManifest('<!doctype html>')).toThrow('not an object');
});
