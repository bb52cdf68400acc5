import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { conv2d, downsample } from '@/kernels/conv2d';
import type { Dtype } from '@/kernels/dtype';
import { Float16Filter } from '@/kernels/float16Filter';
import { foldUpsample } from '@/kernels/foldUpsample';
import { normConv } from '@/kernels/normconv';
import { upsample } from '@/kernels/upsample';
import { type MatrixTile, type MatrixWay, matrixWays, preferMatrices } from '@/kernels/webgpu/matrices';
import { adopt, tune, UNTUNED } from '@/kernels/webgpu/tune';
import { preferWinograd } from '@/kernels/webgpu/winograd';
import { encodeFloat16 } from '@/models/files/float16';
import { onBackends } from './backends';
import { toTensor, vector, withBindingLimit } from './check';
import { relativeError } from './compare';
import { plainMatrices } from './matrices';
import { noise, noiseMap } from './reference';

const CHANNELS = 32;
const device = () => (tf.backend() as WebGPUBackend).device;
const prefer = (way: MatrixWay | null) => preferMatrices(device(), { float32: way, float16: way });

/** Runs an operation; returns its values, and how many of its programs were by matrices. */
async function computed(operation: () => tf.Tensor, way: MatrixWay | null) {
  prefer(way);
  const programs = vi.spyOn(GPUComputePassEncoder.prototype, 'setPipeline');
  try {
    const before = tf.memory().numTensors;
    const result = operation();
    expect(tf.memory().numTensors).toBe(before + 1);
    const values = (await result.data()) as Float32Array;
    result.dispose();
    const labels = programs.mock.calls.map(([{ label }]) => label);
    return { values, byMatrices: labels.filter((label) => label.startsWith('matrices')).length };
  } finally {
    programs.mockRestore();
  }
}

/** Compares with the way without matrices. */
async function check(operation: () => tf.Tensor, way: MatrixWay, tolerance: number, programs = 1) {
  const expected = await computed(operation, null);
  expect(expected.byMatrices).toBe(0);
  const actual = await computed(operation, way);
  expect(actual.byMatrices).toBe(programs);
  expect(relativeError(actual.values, expected.values)).toBeLessThan(tolerance);
}

const VALUES = Float32Array.from(noise(9 * CHANNELS * CHANNELS, 1), (value) => 0.1 * value);

function conv(side: number, float16 = false) {
  const shape: [number, number, number, number] = [side, side, CHANNELS, CHANNELS];
  const part = VALUES.subarray(0, side * side * CHANNELS * CHANNELS);
  const filter = float16
    ? new Float16Filter(shape, (bits) => bits.set(encodeFloat16(part)))
    : tf.tensor4d(part, shape);
  return { filter, bias: vector(noise(CHANNELS, 2)) };
}

const norm = () => ({ scale: vector(noise(CHANNELS, 3)), shift: vector(noise(CHANNELS, 4)) });

/** Layers of all kinds, whose sizes are not those of whole tiles. */
function layers(way: () => MatrixWay, dtype: Dtype, tolerance: number) {
  const map = (height: number, width: number) => {
    prefer(null);
    return conv2d(toTensor(noiseMap(height, width, CHANNELS, 5)), conv(1), dtype);
  };

  for (const float16 of [false, true]) {
    test(`3 x 3 and 1 x 1, filters ${float16 ? 'in float16' : 'in float32'}`, async () => {
      const given = map(5, 19);
      for (const side of [3, 1]) {
        const weights = conv(side, float16);
        await check(() => conv2d(given, weights, 'float32'), way(), tolerance);
      }
    });
  }

  test('norm, SiLU and skips', async () => {
    const given = map(5, 19);
    const learned = { norm: norm(), groups: 4, conv: conv(3) };
    const skip = { featureMap: given, shortcut: conv(1) };
    await check(() => normConv(given, learned, { skip, dtype: 'float32' }), way(), tolerance, 2);
  });

  test('down and up', async () => {
    const given = map(6, 20);
    const weights = conv(3);
    const filters = foldUpsample(VALUES, CHANNELS, CHANNELS);
    const operation = () =>
      tf.tidy(() => {
        const large = upsample(given, { filters, bias: weights.bias });
        // The last result is read as numbers.
        return conv2d(downsample(large, weights), conv(1), 'float32');
      });
    // What lies between is rounded to float16: at times to another one.
    await check(operation, way(), Math.max(tolerance, 1e-3), 4 + 1 + 1);
  });

  test('in strips, where a binding does not hold the map', async () => {
    const given = map(12, 19);
    const weights = conv(3);
    const limit = 19 * CHANNELS * 4 * 6;
    await withBindingLimit(device(), limit, () =>
      check(() => conv2d(given, weights, 'float32'), way(), tolerance, 2),
    );
  });

  test('layers that do not come in whole matrices are computed in tiles', async () => {
    const few = {
      filter: tf.tensor4d(VALUES.subarray(0, 9 * CHANNELS * 3), [3, 3, CHANNELS, 3]),
      bias: vector([1, 2, 3]),
    };
    const given = map(5, 19);
    await check(() => conv2d(given, few, 'float32'), way(), tolerance, 0);
  });
}

const SMALL = { M: 8, N: 8, K: 8 };
// Few matrices for a subgroup, for they are written out, and software adapters take long to compile that.
const TILE: MatrixTile = { rows: 2, cols: 16, outs: 16, across: 4, along: 1 };

function plainWay(size: typeof SMALL, tile = TILE): MatrixWay {
  const config = { component: 'f32' as const, ...size };
  return { config, tile, wgsl: plainMatrices(config, device().adapterInfo.subgroupMaxSize) };
}

onBackends(['webgpu'], () => {
  afterEach(() => prefer(null));

  describe('multiplied in plain WGSL', () => {
    // On a software adapter float32 maps are computed without tiles.
    layers(() => plainWay(SMALL), 'float16', 1e-5);

    test('matrices that are not square, several for a subgroup', async () => {
      const given = conv2d(toTensor(noiseMap(5, 19, CHANNELS, 5)), conv(1), 'float16');
      const weights = conv(3);
      const wide = plainWay({ M: 16, N: 8, K: 16 }, { ...TILE, across: 1 });
      await check(() => conv2d(given, weights, 'float32'), wide, 1e-5);
    });
  });

  describe('multiplied by the device', () => {
    const way = () => matrixWays(device(), 'float16').find(({ tile }) => tile.outs === 32);
    beforeEach((context) => {
      if (!way()) context.skip('This device multiplies no matrices that sum in float32.');
    });
    // Factors are rounded to float16 after the norm.
    layers(() => way() as MatrixWay, 'float16', 2e-3);

    test('the tuner tries them, for maps kept in float16', async () => {
      const refuse = vi.spyOn(device(), 'createComputePipeline');
      const tuning = await tune({ side: 16, channels: 64 });
      const tried = refuse.mock.calls.filter(([{ label }]) => label?.startsWith('matrices'));
      expect(tried.length).toBeGreaterThan(1);
      refuse.mockRestore();
      expect(tuning.matrices.float16 === null || tuning.matrices.float16.config.component === 'f16').toBe(
        true,
      );
      adopt(device(), UNTUNED);
    });
  });
});

onBackends(['webgpu tiles'], () => {
  afterEach(() => prefer(null));

  test('maps kept in float32, multiplied in plain WGSL', async () => {
    const given = toTensor(noiseMap(5, 19, CHANNELS, 5));
    const learned = { norm: norm(), groups: 4, conv: conv(3) };
    const skip = { featureMap: given, shortcut: null };
    await check(() => normConv(given, learned, { skip }), plainWay(SMALL), 1e-5);
    // The products of Winograd's way too, places of one buffer.
    preferWinograd(device(), ['float32']);
    const deep = toTensor(noiseMap(4, 32, 64, 5));
    const values = Float32Array.from(noise(9 * 64 * 64, 1), (value) => 0.1 * value);
    const weights = { filter: tf.tensor4d(values, [3, 3, 64, 64]), bias: vector(noise(64, 2)) };
    try {
      await check(() => conv2d(deep, weights), plainWay(SMALL), 1e-5, 16);
    } finally {
      preferWinograd(device(), []);
    }
  });
});
