import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { groupNorm, groupStatistics } from '@/kernels/groupnorm';
import { spatialMean } from '@/kernels/plain/spatialMean';
import { onBackends } from './backends';
import { checkKernel, toTensor, vector } from './check';
import { expectClose } from './compare';
import { noise, noiseMap, normalise, statistics } from './reference';

const CHANNELS = 8;
const scale = noise(CHANNELS, 1).map((value) => 1 + 0.5 * value);
const shift = noise(CHANNELS, 2);

onBackends(['cpu', 'wasm', 'webgpu', 'webgpu tiles', 'webgl'], () => {
  const weights = () => ({ scale: vector(scale), shift: vector(shift) });

  test.each([
    [5, 4, 2, true],
    [5, 4, 2, false],
    [1, 1, 2, true],
    [2, 3, 8, true],
    [3, 2, 1, false],
  ])('over %i x %i in %i groups, SiLU %s', async (height, width, groups, silu) => {
    const learned = weights();
    await checkKernel(
      (x) => groupNorm(x, learned, groups, { silu }),
      (x) => normalise(x, scale, shift, groups, silu),
      noiseMap(height, width, CHANNELS, 3),
      3e-5,
    );
    tf.dispose(Object.values(learned));
  });

  test('frozen statistics are used as they are and carry no gradient', async () => {
    const learned = weights();
    const given = { mean: [0.3, -0.2], variance: [0.7, 1.9] };
    const frozen = { mean: vector(given.mean), variance: vector(given.variance) };
    const asDoubles = { mean: Float64Array.from(given.mean), variance: Float64Array.from(given.variance) };
    await checkKernel(
      (x) => groupNorm(x, learned, 2, { silu: true, statistics: frozen, frozen: true }),
      (x) => normalise(x, scale, shift, 2, true, asDoubles),
      noiseMap(4, 3, CHANNELS, 4),
    );
    tf.dispose([...Object.values(learned), frozen.mean, frozen.variance]);
  });

  test("statistics measured ahead give the same as the norm's own, gradient included", async () => {
    const learned = weights();
    await checkKernel(
      (x) =>
        tf.tidy(() => {
          // Measured outside the tape, as a tap does.
          const measured = groupStatistics(x, 2);
          return groupNorm(x, learned, 2, { silu: true, statistics: measured });
        }),
      (x) => normalise(x, scale, shift, 2, true),
      noiseMap(4, 3, CHANNELS, 5),
      3e-5,
    );
    tf.dispose(Object.values(learned));
  });

  test('a mean a thousand deviations from zero leaves the variance its digits', async () => {
    const x = noiseMap(64, 48, CHANNELS, 6);
    x.data = x.data.map((value) => Math.fround(1000 + value));
    const expected = statistics(x, 2);
    const input = toTensor(x);
    const { mean, variance } = groupStatistics(input, 2);
    expectClose(await mean.data(), expected.mean, 1e-6, 'mean');
    expectClose(await variance.data(), expected.variance, 1e-3, 'variance');
    tf.dispose([input, mean, variance]);
  });

  test.each([
    [37, 3],
    [64, 48],
    [1, 1],
    [17, 34],
    [8, 2048],
  ])('the mean over %i x %i weighs every cell alike', async (height, width) => {
    const x = noiseMap(height, width, 3, 7);
    const input = toTensor(x);
    const mean = spatialMean(input);
    const expected = [0, 1, 2].map(
      (channel) =>
        x.data.reduce((sum, value, index) => (index % 3 === channel ? sum + value : sum), 0) /
        (height * width),
    );
    const values = await mean.data();
    for (const [channel, value] of expected.entries())
      expect(Math.abs(values[channel] - value)).toBeLessThan(3e-7);
    tf.dispose([input, mean]);
  });
});

onBackends(['wasm'], () => {
  test('the mean over a map with rows longer than the stack leaves other memory alone', async () => {
    // There is no guard: an overflow shows only as damage to what is made and disposed afterwards.
    for (const height of [8, 16, 64]) {
      tf.tidy(() => void spatialMean(tf.ones([1, height, 64, 512]) as tf.Tensor4D));
      const others = Array.from({ length: 50 }, (_, index) => tf.fill([37 * index + 1], index));
      for (const [index, other] of others.entries()) {
        expect((await other.data()).every((value) => value === index)).toBe(true);
      }
      tf.dispose(others);
    }
  });
});
