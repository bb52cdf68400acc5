import { expect } from 'vitest';
import type { StoreEntry } from '@/models/stores/place';
import { type Meta, nameOf, openStoredDownload } from '@/models/stores/storedDownload';
import { createTimings } from '@/session/timings';
import { MemoryPlace } from '../models/memory-place';
import { type OddJson, oddJson } from './json';
import { generated } from './runs';

const KEPT = [
  ['wasm | mini', { encode: { 512: 1000 }, decode: { 256: 200, 512: 900 } }],
  ['webgpu | sd1', { encode: {}, decode: { 512: 80 } }],
];
const kept = oddJson([KEPT]);
generated('durations that the browser keeps', {
  ...kept,
  bytes: ({ length }) => length,
  read(text) {
    let shown: unknown = null;
    const timings = createTimings((found) => (shown = found), { getItem: () => text, setItem: () => {} });
    timings.use('wasm', 'mini');
    timings.record('mini', 'decode', 384, 500);
    return { shown, of: timings.of('mini') };
  },
  holds({ of }) {
    for (const value of [...Object.values(of.encode), ...Object.values(of.decode)]) {
      expect(value).toBeGreaterThanOrEqual(0);
    }
  },
  never: true,
});

const META: Meta = {
  hub: 'https://hub.example',
  repository: 'someone/vae',
  revision: 'abc',
  path: 'vae/model.safetensors',
  total: 300,
  partBytes: 100,
  etag: '"storage-1"',
  sha256: 'ab'.repeat(32),
};
const metas = oddJson([META]);
const verifieds = oddJson([{ sha256: 'ab'.repeat(32), compared: true }]);
const place = new MemoryPlace();
const name = await nameOf('a download');

generated('what is written down of a download that is kept', {
  recipes: metas.recipes.chain((meta) => verifieds.recipes.map((verified) => ({ meta, verified }))),
  make: ({ meta, verified }: { meta: OddJson; verified: OddJson }) => ({
    meta: metas.make(meta),
    verified: verifieds.make(verified),
  }),
  goods: [{ meta: metas.goods[0], verified: verifieds.goods[0] }],
  bytes: ({ meta, verified }) => meta.length + verified.length,
  async read(texts) {
    const entry: StoreEntry = {
      ...(await place.open(name)),
      readText: async (which) => texts[which],
      lengths: async () =>
        new Map([
          [0, 100],
          [1, 100],
          [2, 100],
        ]),
    };
    return openStoredDownload(Object.assign(Object.create(place), { open: async () => entry }), name);
  },
  holds(kept) {
    if (!kept) return;
    expect(kept.bytes).toBeLessThanOrEqual(kept.meta.total);
    expect(typeof kept.meta.repository).toBe('string');
    if (kept.verified) expect(typeof kept.verified.sha256).toBe('string');
  },
  never: true,
});
