import * as tf from '@tensorflow/tfjs-core';
import { test } from 'vitest';
import { add } from '@/kernels/add';
import { attend } from '@/kernels/attention';
import { silu } from '@/kernels/plain/silu';
import { onBackends } from './backends';
import { checkKernel, toTensor } from './check';
import { attend as attendPlainly, type Map3, noiseMap, silu as siluPlainly } from './reference';

const maps = () => [11, 12, 13].map((seed) => noiseMap(3, 5, 4, seed));
/** Larger queries sharpen the softmax, so that a wrong scale shows. */
const sharpen = (map: Map3): Map3 => ({ ...map, data: map.data.map((value) => 4 * value) });

onBackends(['cpu', 'wasm', 'webgpu', 'webgpu tiles', 'webgl'], () => {
  test.each([
    ['at once', undefined],
    ['four queries at a time, the last block shorter', 4 * 15],
    ['one query at a time', 1],
  ])('attention, %s', async (_, chunk) => {
    const [q, k, v] = maps();
    const tensors = [sharpen(q), k, v].map(toTensor);
    await checkKernel(
      (x) => attend(x, tensors[1], tensors[2], chunk),
      (x) => attendPlainly(x, k, v),
      sharpen(q),
    );
    await checkKernel(
      (x) => attend(tensors[0], x, tensors[2], chunk),
      (x) => attendPlainly(sharpen(q), x, v),
      k,
    );
    await checkKernel(
      (x) => attend(tensors[0], tensors[1], x, chunk),
      (x) => attendPlainly(sharpen(q), k, x),
      v,
    );
    tf.dispose(tensors);
  });

  test('SiLU', async () => {
    const x = sharpen(noiseMap(3, 4, 2, 14));
    await checkKernel(silu, (map) => ({ ...map, data: map.data.map(siluPlainly) }), x);
  });

  test('a sum carries its gradient to both sides', async () => {
    await checkKernel(
      (x) => add(x, x),
      (map) => ({ ...map, data: map.data.map((value) => 2 * value) }),
      noiseMap(2, 3, 2, 15),
    );
  });
});
