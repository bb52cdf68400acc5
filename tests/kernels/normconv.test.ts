import * as tf from '@tensorflow/tfjs-core';
import { test } from 'vitest';
import { groupStatistics } from '@/kernels/groupnorm';
import { normConv } from '@/kernels/normconv';
import { onBackends } from './backends';
import { checkKernel, toTensor, vector } from './check';
import { expectClose } from './compare';
import { convolve, type Map3, noise, noiseMap, normalise, numericalGradient } from './reference';

const INS = 8;
const OUTS = 12;
const GROUPS = 2;
const scale = noise(INS, 1).map((value) => 1 + 0.5 * value);
const shift = noise(INS, 2);
const filter = noise(9 * INS * OUTS, 3);
const bias = noise(OUTS, 4);
const shortcut = noise(INS * OUTS, 5);

function conv(values: Float64Array, side: number) {
  return {
    filter: tf.tensor4d(Float32Array.from(values), [side, side, INS, OUTS]),
    bias: vector(bias),
  };
}

const window = (side: number) => {
  const around = (side - 1) / 2;
  return {
    size: [side, side] as [number, number],
    stride: 1,
    pad: { top: around, bottom: around, left: around, right: around },
  };
};

const plain = (x: Map3) => convolve(normalise(x, scale, shift, GROUPS, true), filter, bias, window(3));

function added(a: Map3, b: Map3): Map3 {
  return { ...a, data: a.data.map((value, index) => value + b.data[index]) };
}

onBackends(['cpu', 'wasm', 'webgpu', 'webgpu tiles', 'webgl'], () => {
  const weights = () => ({
    norm: { scale: vector(scale), shift: vector(shift) },
    groups: GROUPS,
    conv: conv(filter, 3),
  });

  test.each([
    [5, 4],
    [9, 17],
    [1, 1],
  ])('norm, SiLU and convolution over %i x %i', async (height, width) => {
    const learned = weights();
    await checkKernel((x) => normConv(x, learned), plain, noiseMap(height, width, INS, 6), 3e-5);
  });

  test('a skipped map is added, as it is or through its own convolution, and has its gradient', async () => {
    const x = noiseMap(4, 5, INS, 7);
    const dy = noise(4 * 5 * OUTS, 8);
    const cases = [
      { skip: noiseMap(4, 5, OUTS, 9), through: null, passed: (map: Map3) => map },
      {
        skip: noiseMap(4, 5, INS, 10),
        through: conv(shortcut, 1),
        passed: (map: Map3) => convolve(map, shortcut, bias, window(1)),
      },
    ];
    const learned = weights();
    for (const { skip, through, passed } of cases) {
      const run = (a: tf.Tensor, b: tf.Tensor) =>
        normConv(a as tf.Tensor4D, learned, { skip: { featureMap: b as tf.Tensor4D, shortcut: through } });
      const inputs = [toTensor(x), toTensor(skip)];
      expectClose(await run(inputs[0], inputs[1]).data(), added(plain(x), passed(skip)).data, 1e-5);
      const slope = tf.tensor4d(Float32Array.from(dy), [1, 4, 5, OUTS]);
      const [dx, dskip] = tf.grads(run)(inputs, slope);
      expectClose(await dx.data(), numericalGradient(plain, x, dy), 3e-5, 'gradient');
      expectClose(await dskip.data(), numericalGradient(passed, skip, dy), 1e-5, "skip's gradient");
    }
  });

  test('frozen statistics carry no gradient', async () => {
    const x = noiseMap(4, 5, INS, 11);
    const other = toTensor(noiseMap(4, 5, INS, 12));
    const statistics = groupStatistics(other, GROUPS);
    const [mean, variance] = await Promise.all(
      [statistics.mean, statistics.variance].map(async (each) => Float64Array.from(await each.data())),
    );
    const reference = (map: Map3) =>
      convolve(normalise(map, scale, shift, GROUPS, true, { mean, variance }), filter, bias, window(3));
    const learned = weights();
    await checkKernel((map) => normConv(map, learned, { statistics, frozen: true }), reference, x, 3e-5);
  });
});
