import * as tf from '@tensorflow/tfjs-core';
import { currentKernels } from './currentKernels';
import { type Dtype, dtypeOf } from './dtype';
import type { ConvWeights } from './weights';

/**
 * Convolution of stride 1 with zero padding that keeps the size, filter 1x1 or 3x3.
 * The gradient is with respect to `x` only: weights are constants here.
 *
 * @param x `[1, H, W, in]` -> `[1, H, W, out]`
 * @param dtype how the result is kept; float16 on WebGPU only
 */
export function conv2d(x: tf.Tensor4D, weights: ConvWeights, dtype: Dtype = dtypeOf(x)): tf.Tensor4D {
  const kernels = currentKernels();
  const run = tf.customGrad((input) => ({
    value: kernels.conv2d(input as tf.Tensor4D, weights, dtype),
    gradFunc: (dy: tf.Tensor) => kernels.conv2dVjp(dy as tf.Tensor4D, weights),
  }));
  return run(x) as tf.Tensor4D;
}

/**
 * Halves a map: 3x3 convolution of stride 2 over `x` padded by one zero row below and one zero column right.
 * The gradient is with respect to `x` only.
 *
 * @param x `[1, H, W, in]`, sides even -> `[1, H/2, W/2, out]`
 */
export function downsample(x: tf.Tensor4D, weights: ConvWeights): tf.Tensor4D {
  const kernels = currentKernels();
  const run = tf.customGrad((input) => ({
    value: kernels.downsample(input as tf.Tensor4D, weights),
    gradFunc: (dy: tf.Tensor) => kernels.downsampleVjp(dy as tf.Tensor4D, weights),
  }));
  return run(x) as tf.Tensor4D;
}
