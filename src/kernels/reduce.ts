import * as tf from '@tensorflow/tfjs-core';

/**
 * Mean over height and width of each channel, `[1, H, W, C]` -> `[C]`.
 *
 * Average pooling in steps rather than `tf.mean`: it is several times faster on tfjs-wasm, and sums of a few numbers,
 * then means of those, lose far less to rounding than one running sum over a quarter of a million.
 */
export function spatialMean(x: tf.Tensor4D): tf.Tensor1D {
  return tf.tidy(() => {
    const [, height, width, channels] = x.shape;
    // Whole rows are averaged first, as if each were one pixel of many channels: long runs of memory.
    const row = averageDown(x, height, width, channels);
    return tf.reshape(averageDown(row, width, 1, channels), [channels]) as tf.Tensor1D;
  });
}

/**
 * XNNPACK averages up to 7 numbers in one go. For more it keeps sums of all channels on the stack, and tfjs-wasm has
 * 64 KiB of that and no guard: a row taken as one pixel would silently overwrite other memory.
 */
const AT_ONCE = 7;

/** Mean over `count` lines of `width` pixels of `channels` numbers. */
function averageDown(x: tf.Tensor, count: number, width: number, channels: number): tf.Tensor {
  let lines = x;
  let left = count;
  while (left > 1) {
    const window = divisorUpTo(AT_ONCE, left);
    // Where only all lines at once divide evenly, pixels stay pixels, so that the sums on the stack are short.
    const shape: [number, number, number, number] = window
      ? [1, left, 1, width * channels]
      : [1, left, width, channels];
    const size: [number, number] = [window ?? left, 1];
    lines = tf.avgPool(tf.reshape(lines, shape) as tf.Tensor4D, size, size, 'valid');
    left /= window ?? left;
  }
  return lines;
}

/** The largest divisor of `size` from 2 to `most`, so that all windows weigh the same. */
function divisorUpTo(most: number, size: number): number | null {
  for (let side = Math.min(size, most); side > 1; side--) if (size % side === 0) return side;
  return null;
}
