/** Convolutions of the network on WebAssembly, with their weights in tensors. */
import type * as tf from '@tensorflow/tfjs-core';
import { deviceFilter } from '../float16Filter';
import type { ConvWeights, NormConvWeights, Statistics } from '../weights';
import { convolve } from './convolution';
import { normCoefficients } from './groupNorm';
import type { ThreadPool } from './threadPool';

/** @param stride 2: of `KernelSet.downsample` */
export function conv2d(
  pool: ThreadPool,
  x: tf.Tensor4D,
  { filter, bias }: ConvWeights,
  stride: 1 | 2 = 1,
): tf.Tensor4D {
  const [side, , , outs] = filter.shape;
  return convolve(pool, { x, filters: [deviceFilter(filter)], side, outs, stride, bias });
}

/** @param onto is added to the gradient */
export function conv2dVjp(
  pool: ThreadPool,
  dy: tf.Tensor4D,
  { filter }: ConvWeights,
  onto?: tf.Tensor4D,
): tf.Tensor4D {
  const [side, , ins] = filter.shape;
  const filters = [deviceFilter(filter)];
  return convolve(pool, { x: dy, filters, side, outs: ins, transposed: true, add: onto });
}

/** @param add a map to add to the result */
export function normConv(
  pool: ThreadPool,
  x: tf.Tensor4D,
  { norm, conv: { filter, bias } }: NormConvWeights,
  statistics: Statistics,
  add: tf.Tensor4D | undefined,
): tf.Tensor4D {
  const [side, , , outs] = filter.shape;
  const affine = normCoefficients(norm, statistics);
  return convolve(pool, { x, filters: [deviceFilter(filter)], side, outs, bias, affine, silu: true, add });
}
