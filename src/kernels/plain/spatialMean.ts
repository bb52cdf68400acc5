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
    const row = averageDown(x, height, width * channels);
    return tf.reshape(averageDown(row, width, channels), [channels]) as tf.Tensor1D;
  });
}

/**
 * XNNPACK averages up to 7 numbers in one go. For more it keeps sums of all channels on the stack, and tfjs-wasm has
 * 64 KiB of that and no guard: a row taken as one pixel would silently overwrite other memory.
 */
const AT_ONCE = 7;

/** Mean over `count` consecutive lines of `length` numbers each: `[1, length]`. */
function averageDown(x: tf.Tensor, count: number, length: number): tf.Tensor2D {
  let lines = x;
  let left = count;
  for (let window = divisor(left); window !== null; window = divisor(left)) {
    const shape: [number, number, number, number] = [1, left, 1, length];
    lines = tf.avgPool(tf.reshape(lines, shape) as tf.Tensor4D, [window, 1], [window, 1], 'valid');
    left /= window;
  }
  // The rest by a product: pooling over all lines at once is the slowest thing graphics backends do.
  return tf.matMul(tf.fill([1, left], 1 / left), tf.reshape(lines, [left, length]) as tf.Tensor2D);
}

/** The largest proper divisor of `size` that can be averaged at once, so that all windows weigh the same. */
function divisor(size: number): number | null {
  for (let side = Math.min(size - 1, AT_ONCE); side > 1; side--) if (size % side === 0) return side;
  return null;
}
