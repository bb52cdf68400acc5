/** Doubling a map and convolving it by tfjs's own operations, and the gradient. */
import * as tf from '@tensorflow/tfjs-core';
import { CORNER_PAD, CORNER_SIDES } from '../foldUpsample';
import { transposedFilter } from '../transposedFilter';
import type { UpsampleWeights } from '../weights';

/**
 * Put together by what tfjs-wasm does in long runs of memory: its slices, gathers and transpositions of more than four
 * axes take longer than the convolutions.
 */
export function upsample(x: tf.Tensor4D, { filters, bias }: UpsampleWeights): tf.Tensor4D {
  const [, height, width] = x.shape;
  const channels = bias.shape[0];
  return tf.tidy(() => {
    const rows = (vertical: 'before' | 'after') => {
      const phases = (['after', 'before'] as const).map((horizontal) => {
        const filter = filters[2 * CORNER_SIDES.indexOf(vertical) + CORNER_SIDES.indexOf(horizontal)];
        const pad: tf.backend_util.ExplicitPadding = [
          [0, 0],
          [...CORNER_PAD[vertical]],
          [...CORNER_PAD[horizontal]],
          [0, 0],
        ];
        const phase = tf.fused.conv2d({ x, filter, strides: 1, pad, bias });
        return tf.reshape(phase, [1, height * width, channels]);
      });
      const columns = tf.tidy(() => tf.transpose(tf.concat(phases, 0), [1, 0, 2]));
      tf.dispose(phases);
      return tf.reshape(columns, [height, 2 * width * channels]);
    };
    return tf.reshape(tf.concat([rows('after'), rows('before')], 1), [
      1,
      2 * height,
      2 * width,
      channels,
    ]) as tf.Tensor4D;
  });
}

const ONE_AROUND: tf.backend_util.ExplicitPadding = [
  [0, 0],
  [1, 1],
  [1, 1],
  [0, 0],
];

/**
 * Collects the four large pixels of each corner, zeros outside the map, and carries all of them back at once:
 * `[1, H+1, W+1, 4 out]` with the transposed 2x2 filters.
 */
export function upsampleVjp(dy: tf.Tensor4D, { filters }: UpsampleWeights): tf.Tensor4D {
  const [, rows, cols, channels] = dy.shape;
  const [height, width] = [rows / 2, cols / 2];
  return tf.tidy(() => {
    const framed = tf.reshape(tf.pad(dy, ONE_AROUND), [height + 1, 2, width + 1, 2 * channels]);
    const corners = tf.reshape(tf.transpose(framed, [0, 2, 1, 3]), [
      1,
      height + 1,
      width + 1,
      4 * channels,
    ]) as tf.Tensor4D;
    return tf.conv2d(corners, transposedFilter(tf.concat(filters, 3) as tf.Tensor4D), 1, 'valid');
  });
}
