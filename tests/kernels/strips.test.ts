import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test, vi } from 'vitest';
import { add } from '@/kernels/add';
import { conv2d, downsample } from '@/kernels/conv2d';
import { foldUpsample } from '@/kernels/foldUpsample';
import { groupNorm } from '@/kernels/groupnorm';
import { normConv } from '@/kernels/normconv';
import { upsample } from '@/kernels/upsample';
import { onBackends } from './backends';
import { toTensor, vector, withBindingLimit } from './check';
import { noise, noiseMap } from './reference';

const CHANNELS = 8;
/** A quarter of the map, so that no operation can bind it whole; four rows of the one that upsampling makes. */
const LIMIT = 16384;

/** Runs an operation; returns its results, and the bytes of the largest range that it bound, the filters' aside. */
async function measured(
  device: GPUDevice,
  operation: (x: tf.Tensor4D) => tf.Tensor4D,
): Promise<{ values: Float32Array; slopes: Float32Array; largest: number }> {
  let largest = 0;
  const bind = vi.spyOn(device, 'createBindGroup');
  const x = toTensor(noiseMap(40, 48, CHANNELS, 1));
  const y = operation(x);
  const dx = tf.grad((z: tf.Tensor) => operation(z as tf.Tensor4D))(x, y);
  for (const [{ entries }] of bind.mock.calls) {
    for (const { resource } of entries) {
      const { buffer, size } = resource as GPUBufferBinding;
      largest = Math.max(largest, size ?? buffer.size);
    }
  }
  bind.mockRestore();
  return { values: (await y.data()) as Float32Array, slopes: (await dx.data()) as Float32Array, largest };
}

onBackends(['webgpu', 'webgpu tiles'], () => {
  const filter = noise(9 * CHANNELS * CHANNELS, 2);
  const weights = (side: number) => ({
    filter: tf.tensor4d(Float32Array.from(filter.subarray(0, side * side * CHANNELS * CHANNELS)), [
      side,
      side,
      CHANNELS,
      CHANNELS,
    ]),
    bias: vector(noise(CHANNELS, 3)),
  });
  const norm = () => ({ scale: vector(noise(CHANNELS, 4)), shift: vector(noise(CHANNELS, 5)) });

  test.each<[string, () => (x: tf.Tensor4D) => tf.Tensor4D]>([
    [
      'a convolution',
      () => {
        const conv = weights(3);
        return (x) => conv2d(x, conv);
      },
    ],
    [
      'downsampling',
      () => {
        const conv = weights(3);
        return (x) => downsample(x, conv);
      },
    ],
    [
      'upsampling',
      () => {
        const filters = foldUpsample(Float32Array.from(filter), CHANNELS, CHANNELS);
        const { bias } = weights(3);
        return (x) => upsample(x, { filters, bias });
      },
    ],
    [
      'a norm',
      () => {
        const learned = norm();
        return (x) => groupNorm(x, learned, 2, { silu: true });
      },
    ],
    [
      'a sum',
      () => {
        const other = toTensor(noiseMap(40, 48, CHANNELS, 6));
        return (x) => add(x, other);
      },
    ],
    [
      'norm, SiLU and convolution with a shortcut',
      () => {
        const learned = { norm: norm(), groups: 2, conv: weights(3) };
        const skip = { featureMap: toTensor(noiseMap(40, 48, CHANNELS, 7)), shortcut: weights(1) };
        return (x) => normConv(x, learned, { skip });
      },
    ],
  ])('%s of a map larger than the largest binding gives the same in strips', async (_, make) => {
    const { device } = tf.backend() as WebGPUBackend;
    const operation = make();
    const whole = await measured(device, operation);
    expect(whole.largest).toBeGreaterThan(3 * LIMIT);
    await withBindingLimit(device, LIMIT, async () => {
      const cut = await measured(device, operation);
      expect(cut.largest).toBeLessThanOrEqual(LIMIT);
      expect(cut.values).toEqual(whole.values);
      expect(cut.slopes).toEqual(whole.slopes);
    });
  });
});
