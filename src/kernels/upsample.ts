import * as tf from '@tensorflow/tfjs-core';
import { transposedFilter } from './conv2d';
import { makeResident } from './resident';
import { mapSize, mapTensor, storageOf } from './storage';
import { convolve as convolveOnWasm, suitsDoubling } from './wasm/convolution';
import { convolve } from './webgpu/convolution';
import { defineOnWebgpu } from './webgpu/define';
import { type Geometry, window } from './webgpu/geometry';
import { onWebgpu } from './webgpu/recorder';

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
export function upsample(x: tf.Tensor4D, weights: UpsampleWeights): tf.Tensor4D {
  const run = tf.customGrad((input) => ({
    value: onWebgpu()
      ? upsampleOnWebgpu(
          { x: input as tf.Tensor, ...named(weights.filters), bias: weights.bias },
          { channels: weights.bias.size },
        )[0]
      : composed(input as tf.Tensor4D, weights),
    gradFunc: (dy: tf.Tensor) => upsampleBackward(dy as tf.Tensor4D, weights),
  }));
  return run(x) as tf.Tensor4D;
}

/** tfjs names the inputs of an operation. */
function named([f0, f1, f2, f3]: tf.Tensor[]): Record<'f0' | 'f1' | 'f2' | 'f3', tf.Tensor> {
  return { f0, f1, f2, f3 };
}

const upsampleOnWebgpu = defineOnWebgpu<
  Record<'x' | 'f0' | 'f1' | 'f2' | 'f3' | 'bias', tf.Tensor>,
  { channels: number }
>('UpsampleConvolve', (recorder, { x, f0, f1, f2, f3, bias }, { channels }) => {
  const { height, width } = mapSize(x);
  const { shape, dtype } = mapTensor({ height: 2 * height, width: 2 * width, channels }, storageOf(x));
  const out = recorder.output(shape, dtype);
  [f0, f1, f2, f3].forEach((filter, index) => {
    const [vertical, horizontal] = [SIDES[index >> 1], SIDES[index & 1]];
    const [dy, dx] = [-PAD[vertical][0], -PAD[horizontal][0]];
    const at = [PAD[vertical][1], PAD[horizontal][1]] as const;
    const geometry: Geometry = {
      taps: window(2, 2, dy, dx),
      stride: 1,
      step: 2,
      at,
      rows: height,
      cols: width,
    };
    convolve(recorder, { x, filter, bias }, geometry, out);
  });
  return [out];
});

/**
 * Put together by what tfjs-wasm does in long runs of memory: its slices, gathers and transpositions of more than four
 * axes take longer than the convolutions.
 */
function composed(x: tf.Tensor4D, { filters, bias }: UpsampleWeights): tf.Tensor4D {
  const [, height, width] = x.shape;
  const channels = bias.shape[0];
  if (suitsDoubling([3, 3, x.shape[3], channels])) {
    return convolveOnWasm({ x, filters, side: 3, outs: channels, bias });
  }
  return tf.tidy(() => {
    const rows = (vertical: 'before' | 'after') => {
      const phases = (['after', 'before'] as const).map((horizontal) => {
        const filter = filters[2 * SIDES.indexOf(vertical) + SIDES.indexOf(horizontal)];
        const pad: tf.backend_util.ExplicitPadding = [
          [0, 0],
          [...PAD[vertical]],
          [...PAD[horizontal]],
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

/** The gradient of `upsample` with respect to its input. */
export function upsampleBackward(dy: tf.Tensor4D, { filters }: UpsampleWeights): tf.Tensor4D {
  const [, height, width, channels] = dy.shape;
  const ins = filters[0].shape[2];
  if (suitsDoubling([3, 3, ins, channels])) {
    return convolveOnWasm({ x: dy, filters, side: 3, outs: ins, transposed: true });
  }
  return onWebgpu()
    ? backwardOnWebgpu(dy, filters)
    : backwardComposed(dy, filters, height / 2, width / 2, channels);
}

/** Where, from large pixel `2i` on, lies the one to which small pixel `i` contributed by each tap of each filter. */
const CONTRIBUTED = { before: [1, -1], after: [2, 0] } as const;

/** All sixteen contributions of a small pixel in one convolution of stride 2. */
function backwardOnWebgpu(dy: tf.Tensor4D, filters: tf.Tensor4D[]): tf.Tensor4D {
  const [rows, cols] = [dy.shape[1] / 2, dy.shape[2] / 2];
  const taps = SIDES.flatMap((vertical, v) =>
    SIDES.flatMap((horizontal, h) =>
      window(2, 2, 0, 0).map(({ dy: row, dx: col, plane }) => ({
        dy: CONTRIBUTED[vertical][row],
        dx: CONTRIBUTED[horizontal][col],
        plane: 4 * (2 * v + h) + plane,
      })),
    ),
  );
  return tf.tidy(() => {
    const filter = tf.concat(
      filters.map((each) => tf.transpose(each, [0, 1, 3, 2])),
      0,
    );
    return upsampleBackwardOnWebgpu(
      { dy, filter },
      { taps, stride: 2, step: 1, at: [0, 0], rows, cols },
    )[0] as tf.Tensor4D;
  });
}

const upsampleBackwardOnWebgpu = defineOnWebgpu<{ dy: tf.Tensor; filter: tf.Tensor }, Geometry>(
  'UpsampleConvolveBackward',
  (recorder, { dy, filter }, geometry) => {
    const out = recorder.output([1, geometry.rows, geometry.cols, filter.shape[3]]);
    convolve(recorder, { x: dy, filter }, geometry, out);
    return [out];
  },
);

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
function backwardComposed(
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
