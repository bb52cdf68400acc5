/** Measuring, with a small network in plain JavaScript: alone, and through the engine beside other work. */
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { createEngine } from '@/engine/client/client';
import { layerFlops, networkFlops, networkLayers } from '@/engine/measure/layers';
import { measure } from '@/engine/measure/measure';
import { Faults, network, picture, source } from '../fake-worker';

vi.setConfig({ testTimeout: 60_000 });

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const calm = async () => false;

describe('measuring', () => {
  it('times every pass and every layer so often as asked, leaves nothing behind and tells how far it is', async () => {
    const vae = network();
    const before = tf.memory().numTensors;
    const heard: number[] = [];
    const context = { vae, pause: calm, onProgress: (fraction: number) => heard.push(fraction) };
    const { passes, layers, layersSize, disturbed } = await measure(context, { sizes: [24, 16], runs: 2 });

    expect(passes.map(({ size, half }) => `${half} ${size}`)).toEqual([
      'encoder 16',
      'decoder 16',
      'encoder 24',
      'decoder 24',
    ]);
    for (const { milliseconds, flops, half, size, peakBytes } of passes) {
      expect(milliseconds.runs).toHaveLength(2);
      expect(milliseconds.least).toBeGreaterThan(0);
      expect(flops).toBe(networkFlops(vae.config, half, size, size));
      // The weights alone.
      expect(peakBytes).toBeGreaterThan(4 * vae.parameterCount);
    }
    expect(layersSize).toBe(24);
    const expected = networkLayers(vae.config, 'decoder', 24, 24);
    expect(layers).toHaveLength(expected.length);
    for (const { layer, count, milliseconds, flops } of layers) {
      expect(expected).toContainEqual({ layer, count });
      expect(milliseconds.runs).toHaveLength(2);
      expect(milliseconds.median).toBeGreaterThan(0);
      expect(flops).toBe(layerFlops(layer));
    }
    const together = layers.map(({ count, milliseconds }) => count * milliseconds.median);
    expect(together).toEqual([...together].sort((a, b) => b - a));
    expect(disturbed).toBe(0);
    expect(heard).toEqual([...heard].sort((a, b) => a - b));
    expect(heard[0]).toBe(0);
    expect(tf.memory().numTensors).toBe(before);
    vae.dispose();
  });

  it('makes a run again in which something else had the device', async () => {
    const vae = network();
    let pauses = 0;
    const pause = async () => ++pauses === 3;
    const { passes, disturbed } = await measure(
      { vae, pause, onProgress: () => {} },
      { sizes: [16], runs: 1 },
    );
    expect(disturbed).toBe(1);
    expect(passes[0].milliseconds.runs).toHaveLength(1);
    vae.dispose();
  });

  it('stops where a pause throws, and leaves nothing behind', async () => {
    const vae = network();
    const before = tf.memory().numTensors;
    let pauses = 0;
    const pause = async () => {
      if (++pauses === 12) throw new Error('stopped');
      return false;
    };
    const measuring = measure({ vae, pause, onProgress: () => {} }, { sizes: [16], runs: 1 });
    await expect(measuring).rejects.toThrow('stopped');
    expect(tf.memory().numTensors).toBe(before);
    vae.dispose();
  });
});

describe('the call of the engine', () => {
  it('says what was measured with which model, and gives way to an edit, whose result is the same as ever', async () => {
    const faults = new Faults();
    const { startBackend } = faults;
    // Node takes up to a thousand messages of one port before it looks at another; browsers do not.
    faults.startBackend = async (backend) => ({
      ...(await startBackend(backend)),
      settle: () => new Promise((resolve) => setImmediate(resolve)),
    });
    const engine = createEngine({ spawn: faults.spawn });
    await engine.loadModel(source());
    const { study } = await engine.open({ model: 'tiny', picture: picture() });
    const edit = () =>
      engine.edited({ study, edits: [{ kind: 'zero', cell: { row: 1, col: 1 } }], radius: 1 });
    const { change } = await edit();
    let during: Promise<{ change: unknown }> | null = null;
    const measured = await engine.measureDevice(
      { model: 'tiny', sizes: [16], runs: 2 },
      {
        onProgress: (_, doing) => {
          if (doing.startsWith('encoding')) during ??= edit();
        },
      },
    );
    expect((await (during as unknown as ReturnType<typeof edit>)).change).toEqual(change);
    expect(measured.disturbed).toBeGreaterThan(0);
    expect(measured).toMatchObject({
      device: { backend: 'webgpu' },
      model: { id: 'tiny', name: 'Tiny', sha256: 'abc' },
    });
    engine.dispose();
  });

  it('stops when told', async () => {
    const faults = new Faults();
    const engine = createEngine({ spawn: faults.spawn });
    await engine.loadModel(source());
    const controller = new AbortController();
    const measuring = engine.measureDevice(
      { model: 'tiny', sizes: [16], runs: 2 },
      { signal: controller.signal, onProgress: () => controller.abort() },
    );
    await expect(measuring).rejects.toMatchObject({ code: 'aborted' });
    engine.dispose();
  });
});
