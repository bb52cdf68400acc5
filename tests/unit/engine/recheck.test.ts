import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, expect, type MockInstance, test, vi } from 'vitest';
import type { Edit } from '@/edits';
import { createEngine } from '@/engine/client/client';
import type { Engine, EngineEvents } from '@/engine/protocol';
import { AutoencoderKL } from '@/vae/autoencoder';
import { Faults, picture, source } from './fake-worker';

vi.setConfig({ testTimeout: 60_000 });

let engine: Engine;
let heard: EngineEvents['rechecked'][];
let decodes: MockInstance<AutoencoderKL['decodeStaged']>;
const { decodeStaged } = AutoencoderKL.prototype;

beforeEach(() => {
  engine = createEngine({ spawn: new Faults().spawn });
  heard = [];
  engine.on('rechecked', (detail) => heard.push(detail));
  decodes = vi.spyOn(AutoencoderKL.prototype, 'decodeStaged');
});

afterEach(() => {
  engine.dispose();
  vi.restoreAllMocks();
});

const edits = (value: number): Edit[] => [
  { cell: { row: 1, col: 2 }, kind: 'add', values: [value, 0, 0, 0] },
];

/** An engine that has done its base decode. */
async function opened(recheck: number | undefined, backend: 'wasm' | 'webgl' = 'wasm') {
  await engine.start({ backend, recheck });
  await engine.loadModel(source());
  const { study } = await engine.open({ model: 'tiny', picture: picture() });
  await engine.base({ study });
  decodes.mockClear();
  return (value: number) => engine.edited({ study, edits: edits(value), radius: 1 });
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Lets a decode that waits for quiet begin and end. */
const quiet = () => pause(1500);

test('one of so many decodes is done twice, while nobody waits, and the same result is no error', async () => {
  const poke = await opened(3);
  await poke(1);
  await poke(2);
  await quiet();
  expect(decodes).toHaveBeenCalledTimes(2);
  await poke(3);
  expect(decodes).toHaveBeenCalledTimes(3);
  await quiet();
  expect(decodes).toHaveBeenCalledTimes(4);
  expect(heard).toEqual([{ error: null }]);
  const [latent, again] = decodes.mock.calls.slice(2).map(([input]) => input.shape);
  expect(again).toEqual(latent);
});

test('a difference in the last bit is an error that says since when numbers may be wrong', async () => {
  const poke = await opened(1);
  const before = new Date();
  await poke(1);
  decodes.mockImplementationOnce(async function (this: AutoencoderKL, ...args) {
    const right = await decodeStaged.apply(this, args);
    const data = right.dataSync().slice();
    const bits = new Uint32Array(data.buffer);
    // Far inside [-1, 1], so that it is not clamped away; levels are a little coarser than the numbers.
    const at = data.findIndex((value) => Math.abs(value) > 0.25 && Math.abs(value) < 0.75);
    bits[at] ^= 8;
    const wrong = tf.tensor4d(data, right.shape);
    right.dispose();
    return wrong;
  });
  await quiet();
  expect(heard).toHaveLength(1);
  expect(heard[0].error?.message).toBe('The same latent was decoded twice with different results.');
  const since = /since (\d\d):(\d\d):\d\d may be wrong/.exec(heard[0].error!.advice)!;
  const [, hours, minutes] = since.map(Number);
  expect(new Date(before).setHours(hours, minutes, 59)).toBeGreaterThanOrEqual(before.getTime() - 60_000);
});

test('it gives way to a poke, and another decode has its turn', async () => {
  const poke = await opened(1);
  await poke(1);
  let newer: Promise<unknown> = Promise.resolve();
  let repeated: Promise<unknown> = Promise.resolve();
  decodes.mockImplementationOnce(function (this: AutoencoderKL, ...args) {
    newer = poke(2);
    const decoding = pause(200).then(() => decodeStaged.apply(this, args));
    repeated = decoding.catch((error) => error);
    return decoding;
  });
  await vi.waitFor(() => expect(decodes.mock.calls.length).toBeGreaterThan(1), { timeout: 5000 });
  expect(await repeated).toMatchObject({ code: 'superseded' });
  await newer;
  expect(decodes).toHaveBeenCalledTimes(3);
  await quiet();
  expect(decodes).toHaveBeenCalledTimes(4);
  expect(heard).toEqual([{ error: null }]);
});

test.each([
  ['it was not asked for', undefined, 'wasm'],
  ['the backend may give other numbers the second time', 1, 'webgl'],
] as const)('nothing is done twice where %s', async (_, recheck, backend) => {
  const poke = await opened(recheck, backend);
  await poke(1);
  await quiet();
  expect(decodes).toHaveBeenCalledTimes(1);
});
