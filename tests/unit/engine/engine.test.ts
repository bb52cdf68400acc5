import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { InspectorError } from '@/common/errors';
import { applyEdits, type Edit } from '@/edits';
import { createEngine } from '@/engine/client/client';
import type { Engine, EngineEvents } from '@/engine/protocol';
import { influence } from '@/experiments/influence/influence';
import { posteriorMean } from '@/latent/layers';
import type { Latent, Levels, PosteriorData } from '@/latent/types';
import { change, differenceMap, toLevels } from '@/measures/change';
import { controlEdits } from '@/measures/control';
import { partOf, shapes } from '@/vae/shapes';
import { Faults, network, picture, source } from './fake-worker';

const EDITS: Edit[] = [{ cell: { row: 1, col: 2 }, kind: 'add', values: [1, -1, 2, 0.5] }];
const RADIUS = 1;

// Decodes in plain JavaScript take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

let faults: Faults;
let engine: Engine;
let heard: EngineEvents['device'][];

beforeEach(() => {
  faults = new Faults();
  engine = createEngine({ spawn: faults.spawn });
  heard = [];
  engine.on('device', (detail) => heard.push(detail));
});

afterEach(() => engine.dispose());

async function openStudy(): Promise<{ study: number; mean: Latent }> {
  await engine.loadModel(source());
  const { study, posterior } = await engine.open({ model: 'tiny', picture: picture() });
  const { rows, cols, channels, mean } = posterior;
  return { study, mean: { rows, cols, channels, data: mean } };
}

const pokeOf = (study: number, edits: readonly Edit[] = EDITS) => ({ study, edits, radius: RADIUS });

/** The same with the network alone, without engine and worker. */
function decodeAlone(latent: Latent): Levels {
  const model = network();
  const { values, width, height } = tf.tidy(() => {
    const decoded = model.decode(tf.tensor4d(latent.data, [1, latent.rows, latent.cols, latent.channels]));
    return { values: decoded.dataSync(), height: decoded.shape[1], width: decoded.shape[2] };
  });
  model.dispose();
  return { width, height, data: toLevels(values) };
}

const deviceLost = () => new InspectorError('device-lost', 'The graphics processor was lost.');
const memoryFull = () =>
  new InspectorError('out-of-memory', 'There is not enough memory.', 'Choose a smaller size.');

describe('the way of a picture', () => {
  it('starts on the best backend and says so', async () => {
    const report = await engine.start({});
    expect(report).toMatchObject({ backend: 'webgpu', label: 'WebGPU, acme', threads: 1 });
    expect(report.reason).not.toBe('');
    expect(await engine.start({ backend: 'wasm' })).toMatchObject({ backend: 'wasm', threads: 2 });
  });

  it('loads a model, with its facts', async () => {
    const info = await engine.loadModel(source());
    const alone = network();
    expect(info).toMatchObject({ id: 'tiny', name: 'Tiny', factor: 2, parameters: alone.parameterCount });
    alone.dispose();
  });

  it('gives base, edited and control decodes that the network alone gives too', async () => {
    const { study, mean } = await openStudy();
    const base = decodeAlone(mean);
    const edited = decodeAlone(applyEdits(mean, EDITS));
    const control = controlEdits(mean, EDITS, RADIUS)!;

    const baseDecode = await engine.base({ study });
    expect(Array.from(baseDecode.pixels.data.slice(0, 3))).toEqual(
      Array.from(base.data.slice(0, 3), Math.round),
    );

    const poked = await engine.edited(pokeOf(study));
    expect(poked.change).toEqual(change(base, edited, [{ row: 1, col: 2 }], 2, RADIUS));
    expect(poked.change.nearRms).toBeGreaterThan(1);
    expect(poked.difference).toEqual(differenceMap(base, edited));
    expect(poked.pixels).toMatchObject({ width: 24, height: 24 });

    const beside = await engine.control(pokeOf(study));
    expect(beside.cell).toEqual(control.cells[0]);
    const controlled = decodeAlone(applyEdits(mean, control.edits));
    expect(beside.change).toEqual(change(base, controlled, control.cells, 2, RADIUS));
  });

  it('decodes a latent as the network does, without clamping', async () => {
    const { mean } = await openStudy();
    const latent = { ...mean, data: mean.data.map((value) => 5 * value) };
    const { data, width, height } = await engine.decode({ model: 'tiny', latent });
    expect([width, height]).toEqual([24, 24]);
    expect(Math.max(...data)).toBeGreaterThan(1);
    expect(toLevels(data)).toEqual(decodeAlone(latent).data);
  });

  it('says what is being done, and how far it is, without going back', async () => {
    const { study } = await openStudy();
    const progress: [number, string][] = [];
    // Without a base decode of its own this one makes two.
    await engine.edited(pokeOf(study), { onProgress: (...heardOf) => progress.push(heardOf) });
    const fractions = progress.map(([fraction]) => fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions[0]).toBe(0);
    expect(fractions.at(-1)).toBe(1);
    expect(new Set(progress.map(([, doing]) => doing))).toContain('decoder, level 2 of 2');
    // The base decode is kept.
    const { stages } = faults;
    await engine.base({ study });
    expect(faults.stages).toBe(stages);
  });

  it('says that no cell is far enough away to be a control', async () => {
    const { study } = await openStudy();
    await expect(engine.control({ study, edits: EDITS, radius: 30 })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('passes on what is wrong with a picture, an edit, a model or a study', async () => {
    const { study } = await openStudy();
    const open = (side: number) => engine.open({ model: 'tiny', picture: picture(side) });
    await expect(open(23)).rejects.toMatchObject({ code: 'bad-image' });
    const outside: Edit[] = [{ cell: { row: 99, col: 0 }, kind: 'zero' }];
    await expect(engine.edited(pokeOf(study, outside))).rejects.toMatchObject({ code: 'bad-edit' });
    await expect(engine.open({ model: 'other', picture: picture() })).rejects.toMatchObject({
      code: 'not-found',
    });
    await engine.close({ study });
    await expect(engine.base({ study })).rejects.toMatchObject({ code: 'not-found' });
    expect(faults.workers).toHaveLength(1);
  });

  it('leaves no tensor behind after 30 pokes, aborted ones included', async () => {
    const { study } = await openStudy();
    await engine.base({ study });
    const before = tf.memory().numTensors;
    for (let poke = 0; poke < 30; poke++) {
      const controller = new AbortController();
      const run = poke % 5 === 0 ? { signal: controller.signal, onProgress: () => controller.abort() } : {};
      const edited = engine.edited(pokeOf(study, [{ cell: { row: poke % 12, col: 3 }, kind: 'zero' }]), run);
      if (poke % 5 === 0) await expect(edited).rejects.toMatchObject({ code: 'aborted' });
      else await edited;
    }
    await engine.decode({
      model: 'tiny',
      latent: { rows: 1, cols: 1, channels: 4, data: new Float32Array(4) },
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it("frees a model's weights and closes its studies", async () => {
    const before = tf.memory().numTensors;
    const { study } = await openStudy();
    expect(tf.memory().numTensors).toBeGreaterThan(before);
    await engine.unloadModel({ model: 'tiny' });
    expect(tf.memory().numTensors).toBe(before);
    await expect(engine.base({ study })).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('several calls at once', () => {
  it('are done in turn, but for those that are given up', async () => {
    const { study } = await openStudy();
    await engine.base({ study });
    const controllers = [0, 1, 2, 3].map(() => new AbortController());
    const done: number[] = [];
    const pokes = controllers.map(({ signal }, col) =>
      engine
        .edited(pokeOf(study, [{ cell: { row: 0, col }, kind: 'zero' }]), { signal })
        .then(() => done.push(col)),
    );
    controllers[1].abort();
    controllers[2].abort();
    const outcomes = await Promise.allSettled(pokes);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect((outcomes[1] as PromiseRejectedResult).reason).toMatchObject({ code: 'aborted' });
    expect(done).toEqual([0, 3]);
  });

  it('let a poke pass a control', async () => {
    const { study } = await openStudy();
    await engine.base({ study });
    const done: string[] = [];
    const control = engine.control(pokeOf(study)).then(() => done.push('control'));
    const edited = engine.edited(pokeOf(study)).then(() => done.push('edited'));
    await Promise.all([control, edited]);
    expect(done).toEqual(['edited', 'control']);
  });

  it('let a poke in the first of two models pass what the second one opens', async () => {
    const { study } = await openStudy();
    await engine.base({ study });
    const done: string[] = [];
    const beside = engine
      .open({ model: 'tiny', picture: picture(), priority: 'secondary' })
      .then(() => done.push('beside'));
    const edited = engine.edited(pokeOf(study)).then(() => done.push('edited'));
    await Promise.all([beside, edited]);
    expect(done).toEqual(['edited', 'beside']);
  });

  it('load a model once for two who ask', async () => {
    const [first, second] = await Promise.all([engine.loadModel(source()), engine.loadModel(source())]);
    expect(second).toEqual(first);
    expect(faults.loads).toBe(1);
  });

  it('leave no weights behind when the load is aborted while no message gets in', async () => {
    await engine.start({});
    const before = tf.memory().numTensors;
    const controller = new AbortController();
    faults.whileLoading = () => controller.abort();
    const loading = engine.loadModel(source(), { signal: controller.signal });
    await expect(loading).rejects.toMatchObject({ code: 'aborted' });
    faults.whileLoading = () => {};
    // Answered after all that came before it.
    await expect(engine.open({ model: 'tiny', picture: picture() })).rejects.toMatchObject({
      code: 'not-found',
    });
    await engine.loadModel(source('other'));
    await engine.unloadModel({ model: 'other' });
    expect(faults.loads).toBe(2);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('find a model again that is asked for while it is being unloaded', async () => {
    const { study } = await openStudy();
    const unloading = engine.unloadModel({ model: 'tiny' });
    const { study: next } = await openStudy();
    await unloading;
    expect((await engine.base({ study: next })).pixels.width).toBe(24);
    await expect(engine.base({ study })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('find a model that is asked for anew while the first who did gives it up', async () => {
    const controller = new AbortController();
    const first = engine.loadModel(source(), { signal: controller.signal });
    const second = engine.loadModel(source());
    controller.abort();
    await expect(first).rejects.toMatchObject({ code: 'aborted' });
    expect((await second).id).toBe('tiny');
    const { study } = await engine.open({ model: 'tiny', picture: picture() });
    expect((await engine.base({ study })).pixels.width).toBe(24);
  });

  it('keep a model that is asked for in another way, whenever the first who did gives it up', async () => {
    await engine.start({});
    for (const parts of [[], ['decoder'], ['encoder']] as const) {
      for (let moments = 0; moments < 15; moments++) {
        const controller = new AbortController();
        const first = engine.loadModel(source(), { signal: controller.signal }).catch(() => {});
        const second = engine.loadModel({ ...source(), parts });
        for (let moment = 0; moment < moments; moment++) await new Promise(setImmediate);
        controller.abort();
        expect((await second).id).toBe('tiny');
        await first;
        const { study } = await engine.open({ model: 'tiny', picture: picture(8) });
        await engine.close({ study });
        await engine.unloadModel({ model: 'tiny' });
      }
    }
  });

  it('can be aborted one by one', async () => {
    const { study } = await openStudy();
    const controller = new AbortController();
    const edited = engine.edited(pokeOf(study), {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    const base = engine.base({ study });
    await expect(edited).rejects.toMatchObject({ code: 'aborted' });
    expect((await base).pixels.width).toBe(24);
  });
});

describe('a worker that fails', () => {
  it('by a lost device is replaced on the next backend, in the middle of a call, with nothing lost', async () => {
    const { study } = await openStudy();
    const expected = await engine.edited(pokeOf(study));
    faults.atStage = (backend, stage) =>
      backend === 'webgpu' && stage > faults.stages - 1 ? deviceLost() : null;
    const again = await engine.edited(pokeOf(study));
    expect(again.change).toEqual(expected.change);
    expect(heard).toHaveLength(1);
    expect(heard[0].report).toMatchObject({ backend: 'wasm', threads: 2 });
    expect(heard[0].report.rejected).toContainEqual({
      backend: 'webgpu',
      reason: 'The graphics processor was lost.',
    });
    expect(heard[0].message).toBe(
      "The graphics processor was lost. Your edits are kept. Now it runs on this computer's CPU, 2 threads.",
    );
    expect(faults.workers.map(({ terminated }) => terminated)).toEqual([true, false]);
    // The picture was not encoded again: the very same mean is edited.
    expect(faults.encodes).toBe(1);
  });

  it('by a full graphics memory is replaced on the next backend', async () => {
    faults.atStage = (backend) => (backend === 'webgpu' ? memoryFull() : null);
    const { study } = await openStudy();
    await engine.base({ study });
    expect(heard.map(({ report }) => report.backend)).toEqual(['wasm']);
  });

  it('by a full heap is replaced on the same backend, and the call done again', async () => {
    await engine.start({ backend: 'wasm' });
    const { study } = await openStudy();
    let full = true;
    faults.atStage = () => {
      const fault = full ? memoryFull() : null;
      full = false;
      return fault;
    };
    await engine.base({ study });
    expect(heard.map(({ report }) => report.backend)).toEqual(['wasm']);
    expect(faults.workers).toHaveLength(2);
  });

  it('by a picture too large for any heap tells the caller, and leaves a worker that works', async () => {
    await engine.start({ backend: 'wasm' });
    const { study } = await openStudy();
    faults.atStage = () => memoryFull();
    await expect(engine.base({ study })).rejects.toMatchObject({
      code: 'out-of-memory',
      advice: 'Choose a smaller size.',
    });
    expect(faults.workers.map(({ terminated }) => terminated)).toEqual([true, true]);
    faults.atStage = () => null;
    expect((await engine.base({ study })).pixels.width).toBe(24);
    // What was restored is not restored again, and its base decode is kept.
    const { stages } = faults;
    await engine.base({ study });
    expect(faults.stages).toBe(stages);
  });

  it('by dying is replaced; by dying twice on a backend, on the next one', async () => {
    const { study } = await openStudy();
    const base = engine.base({ study });
    faults.workers[0].die('out of stack');
    expect((await base).pixels.width).toBe(24);
    expect(heard.map(({ report }) => report.backend)).toEqual(['webgpu']);
    faults.workers[1].die('out of stack');
    expect((await engine.base({ study })).pixels.width).toBe(24);
    expect(heard.map(({ report }) => report.backend)).toEqual(['webgpu', 'wasm']);
  });

  it('by dying now and then, ten minutes apart, stays where it is', async () => {
    let clock = 0;
    const long = createEngine({ spawn: faults.spawn, now: () => clock });
    long.on('device', (detail) => heard.push(detail));
    await long.loadModel(source());
    const { study } = await long.open({ model: 'tiny', picture: picture() });
    for (const minutes of [0, 10, 21, 40]) {
      clock = minutes * 60_000;
      faults.workers.at(-1)!.die('out of stack');
      expect((await long.base({ study })).pixels.width).toBe(24);
    }
    expect(heard.map(({ report }) => report.backend)).toEqual(Array(4).fill('webgpu'));
    clock += 9 * 60_000;
    faults.workers.at(-1)!.die('out of stack');
    await long.base({ study });
    expect(heard.at(-1)!.report).toMatchObject({ backend: 'wasm' });
    long.dispose();
  });

  it('by one and the same call twice is replaced on the next backend, however long that took', async () => {
    let clock = 0;
    const long = createEngine({ spawn: faults.spawn, now: () => clock });
    long.on('device', (detail) => heard.push(detail));
    await long.loadModel(source());
    const { study } = await long.open({ model: 'tiny', picture: picture() });
    faults.wait = async (backend) => {
      if (backend !== 'webgpu') return;
      clock += 20 * 60_000;
      faults.workers.at(-1)!.die('out of stack');
      await new Promise(() => {});
    };
    expect((await long.base({ study })).pixels.width).toBe(24);
    expect(heard.at(-1)!.report.backend).toBe('wasm');
    expect(heard.at(-1)!.report.rejected).toContainEqual({
      backend: 'webgpu',
      reason: 'WebGPU stopped more than once.',
    });
    long.dispose();
  });

  it('by never saying a word is given up after as long as a start may take, not five times that', async () => {
    faults.mute = true;
    const patient = createEngine({ spawn: faults.spawn, patienceMilliseconds: 200 });
    const start = performance.now();
    await expect(patient.start({})).rejects.toMatchObject({
      code: 'device-lost',
      message: 'The computation did not start in time.',
      advice: 'Try again.',
    });
    expect(performance.now() - start).toBeLessThan(800);
    faults.mute = false;
    expect((await patient.start({})).backend).toBe('webgpu');
    patient.dispose();
  });

  it('is replaced once for all calls under way, but for those that are given up', async () => {
    const { study } = await openStudy();
    await engine.base({ study });
    const controller = new AbortController();
    const older = engine.edited(pokeOf(study), { signal: controller.signal });
    const newer = engine.edited(pokeOf(study, [{ cell: { row: 0, col: 0 }, kind: 'zero' }]));
    faults.workers[0].die('gone');
    controller.abort();
    await expect(older).rejects.toMatchObject({ code: 'aborted' });
    expect((await newer).change.nearRms).toBeGreaterThan(0);
    expect(faults.workers).toHaveLength(2);
  });

  it('before it has started is tried a few times, and then given up with an error', async () => {
    faults.stillborn = true;
    await expect(engine.start({})).rejects.toMatchObject({ code: 'device-lost' });
    expect(faults.workers).toHaveLength(5);
    // Later it may work again, after a network failure for instance.
    faults.stillborn = false;
    expect((await engine.start({})).backend).toBe('webgpu');
  });

  it('by never answering is replaced on the next backend', async () => {
    faults.hanging.add('webgpu');
    const patient = createEngine({ spawn: faults.spawn, patienceMilliseconds: 200 });
    const report = await patient.start({});
    expect(report.backend).toBe('wasm');
    expect(report.rejected).toContainEqual({ backend: 'webgpu', reason: 'WebGPU did not answer.' });
    expect(faults.workers.map(({ terminated }) => terminated)).toEqual([true, false]);
    patient.dispose();
  });

  it('by falling silent in a call is replaced, and the call done again', async () => {
    const watched = createEngine({ spawn: faults.spawn, silenceMilliseconds: 300 });
    watched.on('device', (detail) => heard.push(detail));
    await watched.loadModel(source());
    const { study } = await watched.open({ model: 'tiny', picture: picture() });
    faults.workers[0].fallSilent();
    expect((await watched.base({ study })).pixels.width).toBe(24);
    expect(heard.map(({ report }) => report.backend)).toEqual(['wasm']);
    expect(heard[0].message).toContain('gave no sign of life');
    expect(faults.workers.map(({ terminated }) => terminated)).toEqual([true, false]);
    // Idle, nothing is expected of it.
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(faults.workers).toHaveLength(2);
    watched.dispose();
  });

  it('by threads or a context that went away begins once more on the same backend', async () => {
    await engine.start({ backend: 'webgl' });
    const { study } = await openStudy();
    let times = 0;
    faults.atStage = () => (times++ === 0 ? deviceLost() : null);
    await engine.base({ study });
    expect(heard.map(({ report }) => report.backend)).toEqual(['webgl']);
    expect(heard[0].message).toMatch(/^The graphics processor was lost\. Your edits are kept\./);
    faults.atStage = (backend) => (backend === 'webgl' ? deviceLost() : null);
    await engine.edited(pokeOf(study));
    expect(heard.map(({ report }) => report.backend)).toEqual(['webgl', 'webgpu']);
  });

  it('by a lost device is given a second chance, once, when nothing is under way', async () => {
    const patient = createEngine({ spawn: faults.spawn, secondChance: { after: 50, quiet: 150 } });
    patient.on('device', (detail) => heard.push(detail));
    await patient.loadModel(source());
    const { study } = await patient.open({ model: 'tiny', picture: picture() });
    const expected = await patient.base({ study });
    faults.atStage = (backend) => (backend === 'webgpu' ? deviceLost() : null);
    await patient.edited(pokeOf(study));
    faults.atStage = () => null;
    expect(heard.map(({ report }) => report.backend)).toEqual(['wasm']);
    // In the midst of something nothing changes, however long that takes.
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    faults.wait = () => held;
    const busy = patient.edited(pokeOf(study));
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(faults.workers).toHaveLength(2);
    release();
    await busy;
    await vi.waitFor(() => expect(heard).toHaveLength(2), { timeout: 5000 });
    expect(heard[1].report).toMatchObject({ backend: 'webgpu' });
    expect(heard[1].report.rejected).toEqual([]);
    expect(heard[1].message).toBe(
      'WebGPU, which was lost, was tried again and works. Your edits are kept. Now it runs on WebGPU, acme.',
    );
    expect(faults.workers.map(({ terminated }) => terminated)).toEqual([true, true, false]);
    expect((await patient.base({ study })).pixels.data).toEqual(expected.pixels.data);
    expect(faults.encodes).toBe(1);
    // Lost again, it stays away.
    faults.atStage = (backend) => (backend === 'webgpu' ? deviceLost() : null);
    await patient.edited(pokeOf(study));
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(heard.map(({ report }) => report.backend)).toEqual(['wasm', 'webgpu', 'wasm']);
    patient.dispose();
  });

  it('by a lost device that does not come back stays where it is, and says so', async () => {
    const patient = createEngine({ spawn: faults.spawn, secondChance: { after: 50, quiet: 50 } });
    patient.on('device', (detail) => heard.push(detail));
    await patient.loadModel(source());
    const { study } = await patient.open({ model: 'tiny', picture: picture() });
    faults.atStage = (backend) => (backend === 'webgpu' ? deviceLost() : null);
    await patient.edited(pokeOf(study));
    faults.broken.add('webgpu');
    await vi.waitFor(() => expect(heard).toHaveLength(2), { timeout: 5000 });
    expect(heard[1].message).toBe(
      "WebGPU, which was lost, was tried again and did not start. It stays on this computer's CPU, 2 threads.",
    );
    expect(faults.workers.map(({ terminated }) => terminated)).toEqual([true, false, true]);
    patient.dispose();
  });

  it('for want of any backend says so', async () => {
    for (const backend of ['webgpu', 'wasm', 'webgl', 'cpu'] as const) faults.broken.add(backend);
    await expect(engine.start({})).rejects.toMatchObject({ code: 'no-backend' });
  });

  it('stays replaced until the visitor starts anew', async () => {
    const { study } = await openStudy();
    faults.atStage = (backend) => (backend === 'webgpu' ? deviceLost() : null);
    await engine.base({ study });
    faults.atStage = () => null;
    expect((await engine.start({})).backend).toBe('webgpu');
    expect((await engine.base({ study })).pixels.width).toBe(24);
  });
});

describe('a closed engine', () => {
  it('ends its worker and rejects what was under way', async () => {
    const { study } = await openStudy();
    const base = engine.base({ study });
    engine.dispose();
    await expect(base).rejects.toMatchObject({ code: 'aborted' });
    await expect(engine.start({})).rejects.toMatchObject({ code: 'aborted' });
    expect(faults.workers.every(({ terminated }) => terminated)).toBe(true);
  });
});

describe('the halves of a model', () => {
  const decoderBytes = () => {
    const { config } = network();
    return [...shapes(config)]
      .filter(([name]) => partOf(name) === 'decoder')
      .reduce((sum, [, shape]) => sum + shape.reduce((product, side) => product * side, 1), 0);
  };

  it('come when they are needed: the encoder with the model, the decoder with the first decode', async () => {
    await engine.start({});
    const empty = tf.memory().numBytes;
    await engine.loadModel({ ...source(), parts: [] });
    expect(tf.memory().numBytes).toBe(empty);
    const { study } = await openStudy();
    const encoder = tf.memory().numBytes;
    expect(encoder).toBeGreaterThan(empty);
    await engine.base({ study });
    expect(tf.memory().numBytes - encoder).toBeGreaterThanOrEqual(4 * decoderBytes());
    expect(faults.loads).toBe(1);
  });

  it('of a model that only decodes need no encoder: a shared latent gives the same picture', async () => {
    const { study } = await openStudy();
    const base = await engine.base({ study });
    const before = tf.memory().numBytes;
    await engine.loadModel({ ...source('twin'), parts: ['decoder'] });
    const shared = await engine.share({ study, model: 'twin' });
    expect(shared.study).not.toBe(study);
    expect((await engine.base(shared)).pixels.data).toEqual(base.pixels.data);
    expect(faults.encodes).toBe(1);
    const own = await engine.edited(pokeOf(study));
    const other = await engine.edited(pokeOf(shared.study));
    expect(other.change).toEqual(own.change);
    // Folded upsamplers take 16/9 of their file's numbers, and nothing of an encoder is there.
    expect(tf.memory().numBytes - before).toBeLessThan(4 * decoderBytes() * 2);
    await engine.close(shared);
    await expect(engine.base(shared)).rejects.toMatchObject({ code: 'not-found' });
    await expect(engine.base({ study })).resolves.toBeDefined();
  });

  it('cannot share what is not open', async () => {
    await engine.loadModel(source());
    await expect(engine.share({ study: 99, model: 'tiny' })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('are there again after the worker was replaced, the shared latent too', async () => {
    const { study } = await openStudy();
    await engine.loadModel({ ...source('twin'), parts: ['decoder'] });
    const shared = await engine.share({ study, model: 'twin' });
    const before = await engine.base(shared);
    let failed = false;
    faults.atStage = () => {
      if (failed) return null;
      failed = true;
      return deviceLost();
    };
    const after = await engine.edited(pokeOf(shared.study, []));
    expect(after.pixels.data).toEqual(before.pixels.data);
    expect(faults.encodes).toBe(1);
    expect(faults.workers).toHaveLength(2);
  });
});

describe('a download', () => {
  let transfers: EngineEvents['transfer'][];

  beforeEach(() => {
    transfers = [];
    engine.on('transfer', (detail) => transfers.push(detail));
  });

  const transfer = {
    state: 'downloading' as const,
    received: 1,
    total: 2,
    bytesPerSecond: null,
    secondsLeft: null,
  };

  it('is told of while it goes on, and at its end with what its bytes are', async () => {
    const info = await engine.loadModel(source('hub'));
    expect(info.provenance.sha256).toBeNull();
    const download = faults.downloads.get('hub')!;
    download.report(transfer);
    await vi.waitFor(() => expect(transfers).toEqual([{ model: 'hub', transfer }]));
    download.finish();
    await vi.waitFor(() => expect(transfers).toHaveLength(2));
    expect(transfers[1]).toMatchObject({ model: 'hub', transfer: null, provenance: { sha256: 'abc' } });
    expect((await engine.loadModel(source('hub'))).provenance.sha256).toBe('abc');
    download.report(transfer);
    await engine.stored({});
    expect(transfers).toHaveLength(2);
  });

  it('can be paused and continued', async () => {
    await engine.loadModel(source('hub'));
    await engine.steerTransfer({ model: 'hub', paused: true });
    await engine.steerTransfer({ model: 'hub', paused: false });
    await engine.steerTransfer({ model: 'other', paused: true });
    expect(faults.downloads.get('hub')!.paused).toEqual([true, false]);
  });

  it('whose bytes turn out wrong takes its model away, with all that was open in it', async () => {
    await engine.loadModel(source('hub'));
    const { study } = await engine.open({ model: 'hub', picture: picture() });
    const before = tf.memory().numBytes;
    faults.downloads
      .get('hub')!
      .fail(new InspectorError('bad-file', 'The file is not the one expected.', 'Try again.'));
    await vi.waitFor(() => expect(transfers).toHaveLength(1));
    expect(transfers[0]).toMatchObject({
      model: 'hub',
      transfer: null,
      error: { code: 'bad-file', message: 'The file is not the one expected.', advice: 'Try again.' },
    });
    expect(tf.memory().numBytes).toBeLessThan(before);
    await engine.unloadModel({ model: 'hub' });
    await expect(engine.base({ study })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('ends with the model that it was for', async () => {
    await engine.loadModel(source('hub'));
    await engine.unloadModel({ model: 'hub' });
    expect(faults.downloads.get('hub')!.isClosed).toBe(true);
    await vi.waitFor(() => expect(transfers).toEqual([{ model: 'hub', transfer: null }]));
  });

  it('ends when the one who asked for it gives up while the weights are loaded', async () => {
    await engine.start({});
    const before = tf.memory().numTensors;
    const controller = new AbortController();
    faults.whileLoading = () => controller.abort();
    await expect(engine.loadModel(source('hub'), { signal: controller.signal })).rejects.toMatchObject({
      code: 'aborted',
    });
    await vi.waitFor(() => expect(faults.downloads.get('hub')!.isClosed).toBe(true));
    expect(tf.memory().numTensors).toBe(before);
  });

  it('leaves files of which the page can ask, and have them removed', async () => {
    expect(await engine.stored({})).toMatchObject({ usage: 0 });
    expect(await engine.removeStored({ key: 'abc' })).toMatchObject({ usage: 3 });
  });
});

describe('an experiment', () => {
  const argsOf = (posterior: PosteriorData) => ({
    name: 'influence' as const,
    options: {},
    model: 'tiny',
    picture: picture(),
    posterior,
    edits: [],
    radius: RADIUS,
  });

  async function opened() {
    await engine.loadModel(source());
    return engine.open({ model: 'tiny', picture: picture() });
  }

  it('computes in the worker what the network alone gives', async () => {
    const { posterior } = await opened();
    const progress: number[] = [];
    const found = await engine.experiment(argsOf(posterior), {
      onProgress: (fraction) => progress.push(fraction),
    });
    const alone = network();
    const expected = await influence(alone, posteriorMean(posterior));
    alone.dispose();
    expect(found.influence).toEqual(expected.influence);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress.at(-1)).toBeCloseTo(1);
  });

  it('lets a poke pass, and stops where its caller gives it up, with nothing left behind', async () => {
    const { study, posterior } = await opened();
    await engine.base({ study });
    await engine.experiment(argsOf(posterior));
    const before = tf.memory().numTensors;
    const done: string[] = [];
    const experiment = engine.experiment(argsOf(posterior)).then(() => done.push('experiment'));
    const edited = engine.edited(pokeOf(study)).then(() => done.push('edited'));
    await Promise.all([experiment, edited]);
    expect(done).toEqual(['edited', 'experiment']);
    const controller = new AbortController();
    const stopped = engine.experiment(argsOf(posterior), {
      signal: controller.signal,
      onProgress: (fraction) => fraction > 0.5 && controller.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: 'aborted' });
    // Answered after the stopped one has ended.
    await engine.experiment(argsOf(posterior));
    expect(tf.memory().numTensors).toBe(before);
  });

  it('tells what is measured so far, and another worker measures only what is left', async () => {
    const { posterior } = await opened();
    const scanning = { ...argsOf(posterior), name: 'scan' as const, options: { finest: 2 } };
    const begun = faults.stages;
    const expected = await engine.experiment(scanning);
    const whole = faults.stages - begun;
    const half = faults.stages + Math.round(whole / 2);
    faults.atStage = (backend, stage) => (backend === 'webgpu' && stage === half ? deviceLost() : null);
    const heard: number[] = [];
    const found = await engine.experiment(scanning, {
      onPartial: (scan) => {
        heard.push(scan.measured);
        expect(scan.farRms.filter((value) => !Number.isNaN(value))).toHaveLength(scan.measured);
      },
    });
    expect(found).toEqual(expected);
    // Each cell once: none is lost, and none is measured again.
    expect(heard).toEqual(Array.from({ length: expected.measured }, (_, at) => at + 1));
    expect(faults.workers.map(({ terminated }) => terminated)).toEqual([true, false]);
  });

  it('says what it lacks', async () => {
    const { posterior } = await opened();
    await expect(engine.experiment({ ...argsOf(posterior), name: 'mechanism' })).rejects.toMatchObject({
      code: 'bad-edit',
      message: 'Nothing is changed, so nothing travels.',
    });
    await expect(engine.experiment({ ...argsOf(posterior), model: 'other' })).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});
