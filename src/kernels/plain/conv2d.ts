/** Convolutions by tfjs's own operations. */
import * as tf from '@tensorflow/tfjs-core';
import { floatFilter } from '../float16Filter';
import { transposedFilter } from '../transposedFilter';
import type { ConvWeights } from '../weights';

/** One row of zeros below and one column right: how the encoder's stride-2 convolutions are padded. */
const BELOW_AND_RIGHT: tf.backend_util.ExplicitPadding = [
  [0, 0],
  [0, 1],
  [0, 1],
  [0, 0],
];

export function conv2d(x: tf.Tensor4D, { filter, bias }: ConvWeights): tf.Tensor4D {
  return tf.tidy(() => tf.fused.conv2d({ x, filter: floatFilter(filter), strides: 1, pad: 'same', bias }));
}

export function conv2dVjp(dy: tf.Tensor4D, { filter }: ConvWeights): tf.Tensor4D {
  return tf.tidy(() => tf.conv2d(dy, transposedFilter(floatFilter(filter)), 1, 'same'));
}

export function downsample(x: tf.Tensor4D, { filter, bias }: ConvWeights): tf.Tensor4D {
  return tf.tidy(() =>
    tf.fused.conv2d({ x, filter: floatFilter(filter), strides: 2, pad: BELOW_AND_RIGHT, bias }),
  );
}

export function downsampleVjp(dy: tf.Tensor4D, { filter }: ConvWeights): tf.Tensor4D {
  const [, rows, cols] = dy.shape;
  const shape: [number, number, number, number] = [1, 2 * rows, 2 * cols, filter.shape[2]];
  // For even sides 'same' is the same padding, and the transposed convolution knows that by name.
  return tf.tidy(() => tf.conv2dTranspose(dy, floatFilter(filter), shape, 2, 'same'));
}
