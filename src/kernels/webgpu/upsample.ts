/** Doubling a map and convolving it on WebGPU, as four convolutions of the small map, and the gradient. */
import * as tf from '@tensorflow/tfjs-core';
import { dtypeOf, featureMapSize } from '../dtype';
import { CORNER_PAD, CORNER_SIDES } from '../foldUpsample';
import type { UpsampleWeights } from '../weights';
import { convolve } from './convolution';
import { defineOnWebgpu } from './define';
import { type Geometry, window } from './geometry';

export function upsample(x: tf.Tensor4D, { filters, bias }: UpsampleWeights): tf.Tensor4D {
  const [f0, f1, f2, f3] = filters;
  // tfjs names the inputs of an operation.
  return doubled({ x, f0, f1, f2, f3, bias }, { channels: bias.size })[0] as tf.Tensor4D;
}

const doubled = defineOnWebgpu<
  Record<'x' | 'f0' | 'f1' | 'f2' | 'f3' | 'bias', tf.Tensor>,
  { channels: number }
>('UpsampleConvolve', (recorder, { x, f0, f1, f2, f3, bias }, { channels }) => {
  const { height, width } = featureMapSize(x);
  const out = recorder.outputMap({ height: 2 * height, width: 2 * width, channels }, dtypeOf(x));
  [f0, f1, f2, f3].forEach((filter, index) => {
    const [vertical, horizontal] = [CORNER_SIDES[index >> 1], CORNER_SIDES[index & 1]];
    const [dy, dx] = [-CORNER_PAD[vertical][0], -CORNER_PAD[horizontal][0]];
    const at = [CORNER_PAD[vertical][1], CORNER_PAD[horizontal][1]] as const;
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

/** Offset, from large pixel `2i`, of the one to which small pixel `i` contributed by each tap of each filter. */
const CONTRIBUTED = { before: [1, -1], after: [2, 0] } as const;

/** All sixteen contributions of a small pixel in one convolution of stride 2. */
export function upsampleVjp(dy: tf.Tensor4D, { filters }: UpsampleWeights): tf.Tensor4D {
  const [rows, cols] = [dy.shape[1] / 2, dy.shape[2] / 2];
  const taps = CORNER_SIDES.flatMap((vertical, v) =>
    CORNER_SIDES.flatMap((horizontal, h) =>
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
    return doubledBack(
      { dy, filter },
      { taps, stride: 2, step: 1, at: [0, 0], rows, cols },
    )[0] as tf.Tensor4D;
  });
}

const doubledBack = defineOnWebgpu<{ dy: tf.Tensor; filter: tf.Tensor }, Geometry>(
  'UpsampleConvolveVjp',
  (recorder, { dy, filter }, geometry) => {
    const out = recorder.output([1, geometry.rows, geometry.cols, filter.shape[3]]);
    convolve(recorder, { x: dy, filter }, geometry, out);
    return [out];
  },
);
