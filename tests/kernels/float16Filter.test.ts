import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { conv2d, downsample } from '@/kernels/conv2d';
import { Float16Filter } from '@/kernels/float16Filter';
import { decodeFloat16, encodeFloat16 } from '@/models/files/float16';
import { onBackends } from './backends';
import { noise } from './reference';

onBackends(['cpu', 'wasm', 'webgpu', 'webgpu tiles', 'webgl'], () => {
  test.each<[number, number, number, number]>([
    [1, 1, 1, 1],
    [3, 3, 5, 7],
    [1, 1, 64, 130],
  ])('a filter of %i x %i x %i x %i widens to the very numbers that it holds', async (...shape) => {
    const count = shape.reduce((product, side) => product * side, 1);
    const given = encodeFloat16(Float32Array.from(noise(count, 8), (value) => 3 * value));
    // The ends of the range, and both zeros.
    given.set([0x7bff, 0xfbff, 0x0400, 0x8000, 0x0000].slice(0, count));
    const filter = new Float16Filter(shape, (bits) => bits.set(given));
    const wide = filter.widen();
    expect(wide.shape).toEqual(shape);
    expect(Array.from(await wide.data(), (value) => value + 0)).toEqual(
      Array.from(decodeFloat16(given), (value) => value + 0),
    );
    wide.dispose();
    filter.dispose();
  });

  test('a convolution with a filter in float16 equals one with the same numbers in float32, gradient too, and leaves nothing behind', async () => {
    const given = encodeFloat16(Float32Array.from(noise(3 * 3 * 4 * 6, 9)));
    const bias = tf.tensor1d(Float32Array.from(noise(6, 10)));
    const narrow = { filter: new Float16Filter([3, 3, 4, 6], (bits) => bits.set(given)), bias };
    const wide = { filter: tf.tensor4d(decodeFloat16(given), [3, 3, 4, 6]), bias };
    const x = tf.tensor4d(Float32Array.from(noise(6 * 8 * 4, 11)), [1, 6, 8, 4]);
    for (const operation of [conv2d, downsample]) {
      const before = tf.memory().numTensors;
      const results = [narrow, wide].map((weights) => {
        const y = operation(x, weights);
        const dx = tf.grad((input: tf.Tensor) => operation(input as tf.Tensor4D, weights))(x, y);
        return { y, dx };
      });
      for (const part of ['y', 'dx'] as const) {
        expect(await results[0][part].data()).toEqual(await results[1][part].data());
      }
      for (const { y, dx } of results) tf.dispose([y, dx]);
      expect(tf.memory().numTensors).toBe(before);
    }
    narrow.filter.dispose();
    tf.dispose([bias, wide.filter, x]);
  });
});
