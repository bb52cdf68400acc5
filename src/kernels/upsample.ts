import * as tf from '@tensorflow/tfjs-core';
import { transposedFilter } from './conv2d';

/**
 * A 3x3 convolution that follows nearest-neighbour doubling, folded into 2x2 convolutions on the small map.
 *
 * The four large pixels that meet above a corner between four small pixels depend on those four alone, because
 * neighbours in the doubled map are copies. So each corner takes a 2x2 window and gives a 2x2 block: 16
 * multiplications where the doubled map takes 36. `even` makes large rows 0, 2, 4, ..., `odd` makes 1, 3, 5, ...;
 * each filter is `[2, 2, in, 2 * out]`, first the block's left pixel, then its right one.
 */
export interface UpsampleWeights {
  even: tf.Tensor4D;
  odd: tf.Tensor4D;
  /** `[2 * out]`: the bias, twice. */
  bias: tf.Tensor1D;
}

const PAD_EVEN: tf.backend_util.ExplicitPadding = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 0],
];
const PAD_ODD: tf.backend_util.ExplicitPadding = [
  [0, 0],
  [0, 1],
  [1, 1],
  [0, 0],
];

/**
 * Folds a 3x3 convolution for `upsample`.
 *
 * Over a doubled row, tap 0, 1, 2 of the large filter falls on small rows (i-1, i-1, i) for the large row just above
 * corner i and on (i-1, i, i) for the one just below: taps that fall on the same small row are added.
 *
 * @param filter `[3, 3, in, out]`
 */
export function foldUpsample(filter: tf.Tensor4D, bias: tf.Tensor1D): UpsampleWeights {
  return tf.tidy(() => {
    const before = (taps: tf.Tensor[]) => [tf.add(taps[0], taps[1]), taps[2]];
    const after = (taps: tf.Tensor[]) => [taps[0], tf.add(taps[1], taps[2])];
    const columns = (row: tf.Tensor) => {
      const taps = tf.unstack(row, 0);
      return tf.concat([tf.stack(before(taps), 0), tf.stack(after(taps), 0)], 2);
    };
    const rows = tf.unstack(filter, 0);
    return {
      even: tf.stack(after(rows).map(columns), 0) as tf.Tensor4D,
      odd: tf.stack(before(rows).map(columns), 0) as tf.Tensor4D,
      bias: tf.concat([bias, bias], 0) as tf.Tensor1D,
    };
  });
}

/**
 * Nearest-neighbour doubling followed by a 3x3 convolution with zero padding, `[1, H, W, in]` -> `[1, 2H, 2W, out]`.
 * The gradient is with respect to `x` only.
 */
export function upsample(x: tf.Tensor4D, weights: UpsampleWeights): tf.Tensor4D {
  const [, height, width] = x.shape;
  const channels = weights.bias.shape[0] / 2;
  const run = tf.customGrad((input) => {
    const map = input as tf.Tensor4D;
    const value = tf.tidy(() => {
      const rows = (filter: tf.Tensor4D, pad: tf.backend_util.ExplicitPadding) => {
        const corners = tf.fused.conv2d({ x: map, filter, strides: 1, pad, bias: weights.bias });
        // The corners left and right of the map give one column too many on either side.
        const line = tf.reshape(corners, [height, (width + 1) * 2 * channels]) as tf.Tensor2D;
        const cropped = tf.slice(line, [0, channels], [height, 2 * width * channels]);
        corners.dispose();
        line.dispose();
        return tf.reshape(cropped, [height, 1, 2 * width * channels]);
      };
      const interleaved = tf.concat([rows(weights.even, PAD_EVEN), rows(weights.odd, PAD_ODD)], 1);
      return tf.reshape(interleaved, [1, 2 * height, 2 * width, channels]) as tf.Tensor4D;
    });
    return {
      value,
      gradFunc: (dy: tf.Tensor) => backward(dy as tf.Tensor4D, weights, height, width, channels),
    };
  });
  return run(x) as tf.Tensor4D;
}

/** Splits the large rows again, gives each its missing corner columns, and convolves with the transposed 2x2 filters. */
function backward(
  dy: tf.Tensor4D,
  weights: UpsampleWeights,
  height: number,
  width: number,
  channels: number,
): tf.Tensor4D {
  return tf.tidy(() => {
    const lines = tf.reshape(dy, [height, 2, 2 * width * channels]) as tf.Tensor3D;
    const part = (row: number, filter: tf.Tensor4D, padRows: [number, number]) => {
      const line = tf.reshape(tf.slice(lines, [0, row, 0], [height, 1, 2 * width * channels]), [
        height,
        2 * width * channels,
      ]);
      const corners = tf.reshape(
        tf.pad(line, [
          [0, 0],
          [channels, channels],
        ]),
        [1, height, width + 1, 2 * channels],
      ) as tf.Tensor4D;
      return tf.conv2d(corners, transposedFilter(filter), 1, [[0, 0], padRows, [0, 0], [0, 0]]);
    };
    return tf.add(part(0, weights.even, [0, 1]), part(1, weights.odd, [1, 0])) as tf.Tensor4D;
  });
}
