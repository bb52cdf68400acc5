import * as tf from '@tensorflow/tfjs-core';

/**
 * Mean over height and width of each channel, `[1, H, W, C]` -> `[C]`.
 *
 * Average pooling in steps rather than `tf.mean`: it is several times faster on tfjs-wasm, and sums of a few dozen
 * numbers, then means of those, lose far less to rounding than one running sum over a quarter of a million.
 */
export function spatialMean(x: tf.Tensor4D): tf.Tensor1D {
  return tf.tidy(() => {
    const [, height, width, channels] = x.shape;
    // Whole rows are averaged first, as if they were one pixel of many channels: long runs of memory.
    const row = averageDown(x, height, width * channels);
    return tf.reshape(averageDown(row, width, channels), [channels]) as tf.Tensor1D;
  });
}

/** Mean over `count` consecutive stretches of `length` numbers, in steps of at most 32 stretches where that divides. */
function averageDown(x: tf.Tensor, count: number, length: number): tf.Tensor {
  let map = tf.reshape(x, [1, count, 1, length]) as tf.Tensor4D;
  while (map.shape[1] > 1) {
    const window = poolingWindow(map.shape[1]);
    map = tf.avgPool(map, [window, 1], [window, 1], 'valid');
  }
  return map;
}

/** The largest divisor up to 32, so that all windows weigh the same; all of it where there is none. */
function poolingWindow(size: number): number {
  for (let side = Math.min(size, 32); side > 1; side--) if (size % side === 0) return side;
  return size;
}
