import * as tf from '@tensorflow/tfjs-core';
import { type Filter, floatFilter } from './half';

/** A convolution as it is kept on the device: filter `[height, width, in, out]`, bias `[out]`. */
export interface ConvWeights {
  filter: Filter;
  bias: tf.Tensor1D;
}

/** One row of zeros below and one column right: how the encoder's stride-2 convolutions are padded. */
const BELOW_AND_RIGHT: tf.backend_util.ExplicitPadding = [
  [0, 0],
  [0, 1],
  [0, 1],
  [0, 0],
];

/**
 * Convolution of stride 1 with zero padding that keeps the size, filter 1x1 or 3x3.
 * The gradient is with respect to `x` only: weights are constants here.
 *
 * @param x `[1, H, W, in]` -> `[1, H, W, out]`
 */
export function conv2d(x: tf.Tensor4D, weights: ConvWeights): tf.Tensor4D {
  const run = tf.customGrad((input) => ({
    value: tf.tidy(() =>
      tf.fused.conv2d({
        x: input as tf.Tensor4D,
        filter: floatFilter(weights.filter),
        strides: 1,
        pad: 'same',
        bias: weights.bias,
      }),
    ),
    gradFunc: (dy: tf.Tensor) =>
      tf.tidy(() => tf.conv2d(dy as tf.Tensor4D, transposedFilter(floatFilter(weights.filter)), 1, 'same')),
  }));
  return run(x) as tf.Tensor4D;
}

/**
 * Halves a map: 3x3 convolution of stride 2 over `x` padded by one zero row below and one zero column right.
 *
 * @param x `[1, H, W, in]`, sides even -> `[1, H/2, W/2, out]`
 */
export function downsample(x: tf.Tensor4D, weights: ConvWeights): tf.Tensor4D {
  const shape = x.shape;
  const run = tf.customGrad((input) => ({
    value: tf.tidy(() =>
      tf.fused.conv2d({
        x: input as tf.Tensor4D,
        filter: floatFilter(weights.filter),
        strides: 2,
        pad: BELOW_AND_RIGHT,
        bias: weights.bias,
      }),
    ),
    // For even sides 'same' is the same padding, and the transposed convolution knows that by name.
    gradFunc: (dy: tf.Tensor) =>
      tf.tidy(() => tf.conv2dTranspose(dy as tf.Tensor4D, floatFilter(weights.filter), shape, 2, 'same')),
  }));
  return run(x) as tf.Tensor4D;
}

/** The filter that carries a gradient back: mirrored in height and width, in and out exchanged. */
export function transposedFilter(filter: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]) as tf.Tensor4D);
}
