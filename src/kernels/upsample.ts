import * as tf from '@tensorflow/tfjs-core';
import { transposedFilter } from './conv2d';
import { makeResident } from './resident';

/**
 * A 3x3 convolution that follows nearest-neighbour doubling, folded into four 2x2 convolutions on the small map.
 *
 * The four large pixels that meet at a corner between four small pixels depend on those four alone, because
 * neighbours in the doubled map are copies. So each of the four needs 4 multiplications where the doubled map takes 9.
 */
export interface UpsampleWeights {
  /** `[2, 2, in, out]` each, for the pixel at the upper left of a corner, upper right, lower left, lower right. */
  filters: tf.Tensor4D[];
  /** `[out]` */
  bias: tf.Tensor1D;
}

const SIDES = ['before', 'after'] as const;

/** Along one axis: the pixels after each corner are numbers 0, 2, 4, ...; those before the next corner 1, 3, 5, ... */
const PAD = { after: [1, 0], before: [0, 1] } as const;

/** Which of three taps fall on the first and on the second small pixel of a corner. */
const FOLDED = { before: [[0, 1], [2]], after: [[0], [1, 2]] } as const;

/**
 * Folds a 3x3 convolution for `upsample`, before it is on the device, where the pieces in between would take room.
 *
 * Along one axis, taps 0, 1, 2 fall on the small pixels (i-1, i-1, i) for the large pixel just before corner i, and on
 * (i-1, i, i) for the one just after it: taps that fall on the same small pixel are added.
 *
 * @param filter `[3, 3, in, out]`
 * @returns the filters of `UpsampleWeights`, kept; the caller disposes them
 */
export function foldUpsample(filter: Float32Array, ins: number, outs: number): tf.Tensor4D[] {
  const plane = ins * outs;
  return SIDES.flatMap((vertical) =>
    SIDES.map((horizontal) => {
      const folded = new Float32Array(4 * plane);
      FOLDED[vertical].forEach((rows, row) => {
        FOLDED[horizontal].forEach((columns, column) => {
          const target = folded.subarray((2 * row + column) * plane, (2 * row + column + 1) * plane);
          for (const y of rows) for (const x of columns) add(target, filter, (3 * y + x) * plane);
        });
      });
      return makeResident(tf.keep(tf.tensor4d(folded, [2, 2, ins, outs])), folded);
    }),
  );
}

function add(target: Float32Array, values: Float32Array, from: number): void {
  for (let at = 0; at < target.length; at++) target[at] += values[from + at];
}

/**
 * Nearest-neighbour doubling followed by a 3x3 convolution with zero padding, `[1, H, W, in]` -> `[1, 2H, 2W, out]`.
 * The gradient is with respect to `x` only.
 */
export function upsample(x: tf.Tensor4D, { filters, bias }: UpsampleWeights): tf.Tensor4D {
  const [, height, width] = x.shape;
  const channels = bias.shape[0];
  const run = tf.customGrad((input) => {
    const value = tf.tidy(() => {
      // Put together by what tfjs-wasm does in long runs of memory: its slices, gathers and transpositions of more
      // than four axes take longer than the convolutions.
      const rows = (vertical: 'before' | 'after') => {
        const phases = (['after', 'before'] as const).map((horizontal) => {
          const filter = filters[2 * SIDES.indexOf(vertical) + SIDES.indexOf(horizontal)];
          const pad: tf.backend_util.ExplicitPadding = [
            [0, 0],
            [...PAD[vertical]],
            [...PAD[horizontal]],
            [0, 0],
          ];
          const phase = tf.fused.conv2d({ x: input as tf.Tensor4D, filter, strides: 1, pad, bias });
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
    return {
      value,
      gradFunc: (dy: tf.Tensor) => backward(dy as tf.Tensor4D, filters, height, width, channels),
    };
  });
  return run(x) as tf.Tensor4D;
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
function backward(
  dy: tf.Tensor4D,
  filters: tf.Tensor4D[],
  height: number,
  width: number,
  channels: number,
): tf.Tensor4D {
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
