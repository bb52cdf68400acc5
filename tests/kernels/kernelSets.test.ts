/** Each backend's set of kernels: computes by programs of its own what it has programs for, and agrees with the plain set. */
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { CHUNK } from '@/kernels/attentionBlocks';
import { chooseKernels, currentKernels } from '@/kernels/currentKernels';
import { foldUpsample } from '@/kernels/foldUpsample';
import type { KernelSet } from '@/kernels/kernelSet';
import { PlainKernels } from '@/kernels/plain';
import { ThreadPool } from '@/kernels/wasm/threadPool';
import { Recorder } from '@/kernels/webgpu/recorder';
import { onBackends } from './backends';
import { toTensor, vector } from './check';
import { expectClose } from './compare';
import { noise, noiseMap } from './reference';

type Operation = Exclude<keyof KernelSet, 'name'>;

const [ROWS, COLS, GROUPS] = [6, 8, 2];

/** Operands of operations, of so many channels. Seeds differ, so that no mistaken argument goes unnoticed. */
function givenOf(channels: number) {
  const map = (seed: number, rows = ROWS, cols = COLS) => toTensor(noiseMap(rows, cols, channels, seed));
  const conv = (side: number, seed: number) => ({
    filter: tf.tensor4d(Float32Array.from(noise(side * side * channels ** 2, seed)), [
      side,
      side,
      channels,
      channels,
    ]),
    bias: vector(noise(channels, seed + 1)),
  });
  const norm = { scale: vector(noise(channels, 1)), shift: vector(noise(channels, 2)) };
  return {
    map,
    conv: conv(3, 3),
    norm,
    normConv: { norm, groups: GROUPS, conv: conv(3, 5) },
    skip: { featureMap: map(7), shortcut: conv(1, 8) },
    doubling: {
      filters: foldUpsample(Float32Array.from(noise(9 * channels ** 2, 10)), channels, channels),
      bias: vector(noise(channels, 11)),
    },
    statistics: { mean: vector(noise(GROUPS, 12)), variance: vector([0.5, 2]) },
  };
}

interface Trial {
  run(kernels: KernelSet, given: ReturnType<typeof givenOf>): tf.Tensor | tf.Tensor[];
  /** Sets that have no program of their own for it: they go the plain way, or compose it of what they have. */
  composed?: readonly KernelSet['name'][];
}

/** Every operation of a set once; one that is new has to be entered. */
const TRIALS: Record<Operation, Trial> = {
  add: { run: (kernels, { map }) => kernels.add(map(20), map(21)), composed: ['wasm'] },
  conv2d: { run: (kernels, { map, conv }) => kernels.conv2d(map(20), conv, 'float32') },
  conv2dVjp: { run: (kernels, { map, conv }) => kernels.conv2dVjp(map(20), conv) },
  conv2dVjpOnto: { run: (kernels, { map, conv }) => kernels.conv2dVjpOnto(map(21), map(20), conv) },
  downsample: { run: (kernels, { map, conv }) => kernels.downsample(map(20), conv) },
  downsampleVjp: {
    run: (kernels, { map, conv }) => kernels.downsampleVjp(map(20, ROWS / 2, COLS / 2), conv),
    composed: ['wasm'],
  },
  upsample: { run: (kernels, { map, doubling }) => kernels.upsample(map(20), doubling) },
  upsampleVjp: {
    run: (kernels, { map, doubling }) => kernels.upsampleVjp(map(20, 2 * ROWS, 2 * COLS), doubling),
  },
  groupStatistics: {
    run: (kernels, { map }) => {
      const { mean, variance } = kernels.groupStatistics(map(20), GROUPS);
      return [mean, variance];
    },
  },
  groupNorm: {
    run: (kernels, { map, norm, statistics }) => kernels.groupNorm(map(20), norm, statistics, true),
  },
  groupNormVjp: {
    run: (kernels, { map, norm, statistics }) =>
      kernels.groupNormVjp(map(21), map(20), norm, statistics, { silu: true, frozen: false }),
  },
  normConv: {
    run: (kernels, { map, normConv, statistics, skip }) =>
      kernels.normConv(map(20), normConv, statistics, skip, 'float32'),
  },
  normConvVjp: {
    run: (kernels, { map, normConv, statistics }) =>
      kernels.normConvVjp(map(21), map(20), normConv, statistics, true),
    composed: ['wasm'],
  },
  attention: {
    run: (kernels, { map }) => kernels.attention(map(20), map(21), map(22), CHUNK),
    composed: ['webgpu'],
  },
  attentionVjp: {
    run: (kernels, { map }) => kernels.attentionVjp(map(23), [map(20), map(21), map(22)], CHUNK),
    composed: ['webgpu'],
  },
};

const OPERATIONS = Object.keys(TRIALS) as Operation[];

/** Composed of programs of their own: on the plain way these are still at work. */
const STILL_OWN: readonly Operation[] = ['normConvVjp', 'attention', 'attentionVjp'];

async function valuesOf(results: tf.Tensor | tf.Tensor[]): Promise<ArrayLike<number>[]> {
  return Promise.all([results].flat().map((each) => each.data()));
}

onBackends(['wasm', 'webgpu'], (name) => {
  afterEach(() => vi.restoreAllMocks());

  test('the engine chooses this set', () => {
    expect(currentKernels().name).toBe(name);
  });

  describe.each(OPERATIONS)('%s', (operation) => {
    const { run, composed = [] } = TRIALS[operation];

    test('is computed by a program of its own where there is one, and agrees with the plain set', async () => {
      const kernels = currentKernels();
      const given = givenOf(16);
      const expected = await valuesOf(run(new PlainKernels(), given));
      const plain = vi.spyOn(PlainKernels.prototype, operation);
      const programs =
        name === 'wasm' ? vi.spyOn(ThreadPool.prototype, 'run') : vi.spyOn(Recorder.prototype, 'run');
      const values = await valuesOf(run(kernels, given));
      const isComposed = composed.includes(kernels.name);
      expect(plain.mock.calls.length > 0, 'the plain way was taken').toBe(isComposed);
      expect(programs.mock.calls.length > 0, 'programs were at work').toBe(
        !isComposed || STILL_OWN.includes(operation),
      );
      values.forEach((each, index) => {
        expectClose(each, expected[index], 1e-5, `result ${index}`);
      });
    });

    test('is right for channels that do not come in fours, which many programs want', async () => {
      const given = givenOf(6);
      const expected = await valuesOf(run(new PlainKernels(), given));
      const values = await valuesOf(run(currentKernels(), given));
      values.forEach((each, index) => {
        expectClose(each, expected[index], 1e-5, `result ${index}`);
      });
    });
  });
});

onBackends(['cpu', 'webgpu'], (name) => {
  test('where nobody has chosen, a set is chosen by the backend', async () => {
    const kernels = currentKernels();
    expect(kernels.name).toBe(name === 'cpu' ? 'plain' : 'webgpu');
    expect(currentKernels()).toBe(kernels);
    const other = new PlainKernels();
    chooseKernels(other);
    expect(currentKernels()).toBe(other);
    chooseKernels(kernels);
  });
});
