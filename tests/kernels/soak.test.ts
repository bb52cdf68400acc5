/**
 * Some seconds of random pokes on the real engine with its threads. Each decode is repeated by the engine while nothing is asked of
 * it; and the same poke must give the same picture each time.
 */
import { expect, test } from 'vitest';
import type { Edit } from '@/edits';
import { createEngine } from '@/engine/client/client';
import type { EngineEvents } from '@/engine/protocol';
import { uniform } from '@/latent/random';
import type { ModelManifest } from '@/models/manifest';
import mini from '../../models/mini-planted.json';
import weights from '../../models/mini-planted.safetensors?url';

const SEED = 20;
const SIDE = 256;
const MILLISECONDS = 15_000;
const POKES = 12;

test('seeded pokes give the same pictures again and again, and no decode differs from its repetition', async () => {
  const engine = createEngine();
  try {
    const heard: EngineEvents['rechecked'][] = [];
    engine.on('rechecked', (detail) => heard.push(detail));
    const { threads } = await engine.start({ backend: 'wasm', recheck: 2 });
    expect(threads).toBe(Math.min(navigator.hardwareConcurrency, 8));
    const manifest = mini as unknown as ModelManifest;
    const [file] = manifest.files;
    const served: ModelManifest = { ...manifest, files: [{ ...file, path: weights }] };
    await engine.loadModel({ manifest: served, base: location.href });
    const random = uniform(SEED);
    const data = new Uint8ClampedArray(4 * SIDE * SIDE).map((_, at) => (at % 4 === 3 ? 255 : 256 * random()));
    const picture = { width: SIDE, height: SIDE, data };
    const { study } = await engine.open({ model: manifest.id, picture });
    const pokes = Array.from({ length: POKES }, (): Edit[] => {
      const cell = { row: Math.floor(random() * 32), col: Math.floor(random() * 32) };
      return [{ cell, kind: 'add', values: [0, 0, 0, 0].map(() => 6 * random() - 3) }];
    });
    const first = new Map<number, { pixels: Uint8ClampedArray; difference: Float32Array }>();
    const end = performance.now() + MILLISECONDS;
    let repeated = 0;
    while (performance.now() < end || heard.length < 3) {
      const index = Math.floor(random() * POKES);
      const { pixels, difference } = await engine.edited({ study, edits: pokes[index], radius: 4 });
      const known = first.get(index);
      if (known) {
        repeated += 1;
        expect(pixels.data.every((value, at) => value === known.pixels[at])).toBe(true);
        expect(difference.every((value, at) => value === known.difference[at])).toBe(true);
      }
      first.set(index, { pixels: pixels.data, difference });
      // Now and then the visitor looks at what came out.
      if (random() < 0.2) await new Promise((resolve) => setTimeout(resolve, 1000 * random() + 500));
    }
    expect(repeated).toBeGreaterThan(3);
    expect(heard.filter(({ error }) => error !== null)).toEqual([]);
  } finally {
    engine.dispose();
  }
}, 120_000);
