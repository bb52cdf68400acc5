/** Halving a map on WebGPU by a convolution of stride 2, and its gradient. */
import * as tf from '@tensorflow/tfjs-core';
import { dtypeOf, featureMapSize } from '../dtype';
import { deviceFilter, floatFilter } from '../float16Filter';
import type { ConvWeights } from '../weights';
import { convolveAt } from './conv2d';
import { type Geometry, window } from './geometry';

export function downsample(x: tf.Tensor4D, { filter, bias }: ConvWeights): tf.Tensor4D {
  const size = featureMapSize(x);
  const [height, width] = [size.height / 2, size.width / 2];
  const geometry: Geometry = {
    taps: window(3, 3, 0, 0),
    stride: 2,
    step: 1,
    at: [0, 0],
    rows: height,
    cols: width,
  };
  return convolveAt(
    { x, filter: deviceFilter(filter), bias },
    { geometries: [geometry], height, width, channels: filter.shape[3], dtype: dtypeOf(x) },
  )[0] as tf.Tensor4D;
}

export function downsampleVjp(dy: tf.Tensor4D, { filter }: ConvWeights): tf.Tensor4D {
  const [, rows, cols] = dy.shape;
  return tf.tidy(() => {
    const inputs = { x: dy, filter: tf.transpose(floatFilter(filter), [0, 1, 3, 2]) };
    return convolveAt(inputs, {
      geometries: geometriesBack(rows, cols),
      height: 2 * rows,
      width: 2 * cols,
      channels: filter.shape[2],
      dtype: 'float32',
    })[0] as tf.Tensor4D;
  });
}

/**
 * Along one axis output `i` read the inputs `2i, 2i + 1, 2i + 2` by taps 0, 1, 2: so an even input `2i` was read by tap 0 of
 * output `i` and tap 2 of output `i - 1`, an odd one by tap 1 alone.
 */
const READ_BY = [
  [
    { offset: 0, tap: 0 },
    { offset: -1, tap: 2 },
  ],
  [{ offset: 0, tap: 1 }],
];

function geometriesBack(rows: number, cols: number): Geometry[] {
  return READ_BY.flatMap((vertical, row) =>
    READ_BY.map((horizontal, col) => ({
      taps: vertical.flatMap((y) =>
        horizontal.map((x) => ({ dy: y.offset, dx: x.offset, plane: 3 * y.tap + x.tap })),
      ),
      stride: 1,
      step: 2,
      at: [row, col] as const,
      rows,
      cols,
    })),
  );
}
