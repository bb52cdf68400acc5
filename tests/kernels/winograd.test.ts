import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, expect, test, vi } from 'vitest';
import { conv2d } from '@/kernels/conv2d';
import { DTYPES, type Dtype } from '@/kernels/dtype';
import { groupStatistics } from '@/kernels/groupnorm';
import { normConv } from '@/kernels/normconv';
import { trimPool } from '@/kernels/webgpu/pool';
import { preferWinograd, WINOGRAD_BYTES } from '@/kernels/webgpu/winograd';
import { watchMemory } from '../golden/live';
import { onBackends } from './backends';
import { toTensor, vector, withBindingLimit } from './check';
import { relativeError } from './compare';
import { noise, noiseMap } from './reference';

const CHANNELS = 64;
const device = () => (tf.backend() as WebGPUBackend).device;

afterEach(() => preferWinograd(device(), []));

/** Both ways: the results, and how many programs the second took more than the first. */
async function bothWays(operation: () => tf.Tensor): Promise<{ error: number; more: number }> {
  const bind = vi.spyOn(device(), 'createBindGroup');
  const values: Float32Array[] = [];
  const programs: number[] = [];
  for (const prefer of [false, true]) {
    preferWinograd(device(), prefer ? DTYPES : []);
    bind.mockClear();
    const before = tf.memory().numTensors;
    const result = operation();
    expect(tf.memory().numTensors).toBe(before + 1);
    programs.push(bind.mock.calls.length);
    values.push((await result.data()) as Float32Array);
    result.dispose();
  }
  bind.mockRestore();
  return { error: relativeError(values[1], values[0]), more: programs[1] - programs[0] };
}

onBackends(['webgpu', 'webgpu tiles'], (backend) => {
  const filter = Float32Array.from(noise(9 * CHANNELS * CHANNELS, 1), (value) => 0.1 * value);
  const conv = () => ({
    filter: tf.tensor4d(filter, [3, 3, CHANNELS, CHANNELS]),
    bias: vector(noise(CHANNELS, 2)),
  });
  const norm = () => ({ scale: vector(noise(CHANNELS, 3)), shift: vector(noise(CHANNELS, 4)) });

  const sizes = [
    [7, 9],
    [8, 8],
    [1, 1],
    [2, 33],
  ];
  // In software programs in tiles take long to compile.
  test.each(backend === 'webgpu tiles' ? sizes.slice(0, 1) : sizes)(
    'of %i x %i gives what the definition gives, gradient too',
    async (height, width) => {
      const weights = conv();
      const x = toTensor(noiseMap(height, width, CHANNELS, 5));
      const dy = toTensor(noiseMap(height, width, CHANNELS, 6));
      const forward = await bothWays(() => conv2d(x, weights));
      expect(forward.error).toBeLessThan(1e-5);
      // Sixteen products rather than one convolution, and three transforms.
      expect(forward.more).toBe(18);
      const back = await bothWays(() => tf.grad((z: tf.Tensor) => conv2d(z as tf.Tensor4D, weights))(x, dy));
      expect(back.error).toBeLessThan(1e-5);
      expect(back.more).toBe(36);
    },
  );

  // float16 is computed in tiles on either.
  const dtypes: Dtype[] = backend === 'webgpu tiles' ? ['float16'] : ['float32'];
  test.each(dtypes)('with norm, SiLU and skip, maps kept in %s', async (dtype) => {
    const weights = conv();
    const learned = { norm: norm(), groups: 4, conv: weights };
    const x = conv2d(toTensor(noiseMap(6, 5, CHANNELS, 7)), weights, dtype);
    const shortcut = {
      filter: tf.tensor4d(filter.slice(0, CHANNELS ** 2), [1, 1, CHANNELS, CHANNELS]),
      bias: weights.bias,
    };
    for (const skip of [undefined, { featureMap: x, shortcut: null }, { featureMap: x, shortcut }]) {
      const { error, more } = await bothWays(() =>
        normConv(x, learned, { skip, dtype: 'float32', ...(skip && { dtype }) }),
      );
      expect(more).toBe(18);
      // float16 in words cannot be compared as numbers.
      if (dtype === 'float32' || !skip) expect(error).toBeLessThan(1e-5);
    }
  });

  test.skipIf(backend === 'webgpu tiles')('a map that is too large for a normalised copy', async () => {
    const learned = { norm: norm(), groups: 4, conv: conv() };
    const x = tf.randomUniform([1, 513, 512, CHANNELS], -1, 1, 'float32', 1) as tf.Tensor4D;
    const statistics = groupStatistics(x, 4);
    await device().queue.onSubmittedWorkDone();
    const peaks: number[] = [];
    const { error } = await bothWays(() => {
      trimPool(tf.backend() as WebGPUBackend, 0);
      const live = watchMemory(device());
      const result = normConv(x, learned, { statistics });
      live.stop();
      peaks.push(live.peak);
      return result;
    });
    expect(error).toBeLessThan(1e-5);
    // The result and the workspace, without a second map.
    expect(peaks[1]).toBeGreaterThan(4 * x.size);
    expect(peaks[1]).toBeLessThan(4 * x.size + WINOGRAD_BYTES);
    tf.dispose([x, statistics.mean, statistics.variance]);
  });

  test('in bands, where the workspace does not hold all tiles', async () => {
    const weights = conv();
    const x = toTensor(noiseMap(12, 16, CHANNELS, 8));
    // A row of tiles takes 16 places * 8 tiles * 64 channels * 4 bytes.
    const limit = 2 * 16 * 8 * CHANNELS * 4;
    await withBindingLimit(device(), limit, async () => {
      const { error, more } = await bothWays(() => conv2d(x, weights));
      expect(error).toBeLessThan(1e-5);
      expect(more).toBe(3 * 18);
    });
  });
});
