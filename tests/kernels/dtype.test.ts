import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { add } from '@/kernels/add';
import { conv2d, downsample } from '@/kernels/conv2d';
import { type Dtype, dtypeOf } from '@/kernels/dtype';
import { foldUpsample } from '@/kernels/foldUpsample';
import { groupNorm, groupStatistics } from '@/kernels/groupnorm';
import { normConv } from '@/kernels/normconv';
import { upsample } from '@/kernels/upsample';
import { onBackends } from './backends';
import { toTensor, vector } from './check';
import { relativeError } from './compare';
import { noise, noiseMap } from './reference';

const CHANNELS = 8;

// float16 is computed in tiles, whatever the device.
onBackends(['webgpu'], () => {
  const filter = Float32Array.from(noise(9 * CHANNELS * CHANNELS, 1), (value) => 0.2 * value);
  const make = () => {
    const conv = (side: number) => ({
      filter: tf.tensor4d(filter.subarray(0, side * side * CHANNELS * CHANNELS), [
        side,
        side,
        CHANNELS,
        CHANNELS,
      ]),
      bias: vector(noise(CHANNELS, 2)),
    });
    const norm = { scale: vector(noise(CHANNELS, 3)), shift: vector(noise(CHANNELS, 4)) };
    return { conv: conv(3), shortcut: conv(1), norm, filters: foldUpsample(filter, CHANNELS, CHANNELS) };
  };

  /** Every operation that may meet a map of float16, one after the other. */
  function chain(x: tf.Tensor4D, dtype: Dtype): tf.Tensor4D {
    const { conv, shortcut, norm, filters } = make();
    return tf.tidy(() => {
      const opened = conv2d(x, conv, dtype);
      expect(dtypeOf(opened)).toBe(dtype);
      const half = normConv(opened, { norm, groups: 2, conv });
      const block = normConv(half, { norm, groups: 2, conv }, { skip: { featureMap: opened, shortcut } });
      const plain = normConv(
        block,
        { norm, groups: 2, conv },
        { skip: { featureMap: block, shortcut: null } },
      );
      const resized = downsample(upsample(plain, { filters, bias: conv.bias }), conv);
      const summed = add(resized, groupNorm(resized, norm, 2, { silu: false }));
      expect(dtypeOf(summed)).toBe(dtype);
      return normConv(summed, { norm, groups: 2, conv }, { dtype: 'float32' });
    });
  }

  test('maps kept in float16 give the same to three digits, in half the memory', async () => {
    const x = toTensor(noiseMap(12, 20, CHANNELS, 5));
    const exact = await chain(x, 'float32').data();
    const rounded = await chain(x, 'float16').data();
    const error = relativeError(rounded, exact);
    expect(error).toBeLessThan(5e-3);
    // Not by chance the float32 path.
    expect(error).toBeGreaterThan(1e-5);
    const map = conv2d(x, make().conv, 'float16');
    expect(map.size).toBe(x.size / 2);
  });

  test('statistics of float16 are those of the numbers that they hold', async () => {
    const { conv } = make();
    const x = toTensor(noiseMap(12, 20, CHANNELS, 6));
    const [exact, rounded] = (['float32', 'float16'] as const).map((dtype) =>
      groupStatistics(conv2d(x, conv, dtype), 2),
    );
    for (const part of ['mean', 'variance'] as const) {
      expect(relativeError(await rounded[part].data(), await exact[part].data())).toBeLessThan(1e-3);
    }
  });

  test('what float16 cannot hold is seen in the result, and does not pass for a number', async () => {
    const x = toTensor(noiseMap(12, 20, CHANNELS, 7));
    const large = tf.mul(x, 1e6) as tf.Tensor4D;
    expect((await chain(large, 'float32').data()).every(Number.isFinite)).toBe(true);
    expect((await chain(large, 'float16').data()).some(Number.isNaN)).toBe(true);
  });
});
