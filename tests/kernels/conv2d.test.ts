import * as tf from '@tensorflow/tfjs-core';
import { test } from 'vitest';
import { conv2d, downsample } from '@/kernels/conv2d';
import { foldUpsample } from '@/kernels/foldUpsample';
import { upsample } from '@/kernels/upsample';
import { onBackends } from './backends';
import { checkKernel, vector } from './check';
import { convolve, doubled, noise, noiseMap } from './reference';

const INS = 3;
const OUTS = 5;

function weights(size: number): {
  device: { filter: tf.Tensor4D; bias: tf.Tensor1D };
  filter: Float64Array;
  bias: Float64Array;
} {
  const filter = noise(size * size * INS * OUTS, 1);
  const bias = noise(OUTS, 2);
  const device = {
    filter: tf.tensor4d(Float32Array.from(filter), [size, size, INS, OUTS]),
    bias: vector(bias),
  };
  return { device, filter, bias };
}

const around = (side: number) => ({ top: side, bottom: side, left: side, right: side });

onBackends(['cpu', 'wasm', 'webgpu', 'webgpu tiles', 'webgl'], (backend) => {
  // In software each program in tiles takes a second to compile: there the sizes that are unlike.
  const sizes = <T>(all: T[], few: number): T[] => (backend === 'webgpu tiles' ? all.slice(0, few) : all);

  test.each(
    sizes(
      [
        [3, 2, 9],
        [1, 5, 4],
        [3, 5, 4],
        [3, 1, 1],
      ],
      2,
    ),
  )('convolution %i over %i x %i', async (size, height, width) => {
    const { device, filter, bias } = weights(size);
    const window = { size: [size, size] as [number, number], stride: 1, pad: around((size - 1) / 2) };
    await checkKernel(
      (x) => conv2d(x, device),
      (x) => convolve(x, filter, bias, window),
      noiseMap(height, width, INS, 3),
    );
    tf.dispose([device.filter, device.bias]);
  });

  test.each(
    sizes(
      [
        [4, 6],
        [2, 2],
        [8, 4],
      ],
      1,
    ),
  )('downsampling of %i x %i pads below and on the right only', async (height, width) => {
    const { device, filter, bias } = weights(3);
    const window = {
      size: [3, 3] as [number, number],
      stride: 2,
      pad: { top: 0, bottom: 1, left: 0, right: 1 },
    };
    await checkKernel(
      (x) => downsample(x, device),
      (x) => convolve(x, filter, bias, window),
      noiseMap(height, width, INS, 4),
    );
    tf.dispose([device.filter, device.bias]);
  });

  test.each(
    sizes(
      [
        [3, 5],
        [4, 4],
        [1, 1],
        [1, 6],
      ],
      1,
    ),
  )('upsampling of %i x %i equals doubling and a 3x3 convolution', async (height, width) => {
    const { device, filter, bias } = weights(3);
    const filters = foldUpsample(Float32Array.from(filter), INS, OUTS);
    const window = { size: [3, 3] as [number, number], stride: 1, pad: around(1) };
    await checkKernel(
      (x) => upsample(x, { filters, bias: device.bias }),
      (x) => convolve(doubled(x), filter, bias, window),
      noiseMap(height, width, INS, 5),
    );
    tf.dispose([device.filter, device.bias, ...filters]);
  });
});
