import * as tf from '@tensorflow/tfjs-core';

/**
 * Mean over height and width of each channel, `[1, H, W, C]` -> `[C]`.
 *
 * Average pooling in steps rather than `tf.mean`: it runs on all threads of tfjs-wasm, and sums of a few hundred
 * numbers, then means of those, lose far less to rounding than one running sum over a quarter of a million.
 */
export function spatialMean(x: tf.Tensor4D): tf.Tensor1D {
  const channels = x.shape[3];
  let map = x;
  while (map.shape[1] * map.shape[2] > 1) {
    const window: [number, number] = [poolingWindow(map.shape[1]), poolingWindow(map.shape[2])];
    const pooled = tf.avgPool(map, window, window, 'valid');
    if (map !== x) map.dispose();
    map = pooled;
  }
  const mean = tf.reshape(map, [channels]) as tf.Tensor1D;
  if (map !== x) map.dispose();
  return mean;
}

/** A side that divides `size`, so that all windows weigh the same: the largest up to 16, or all of it where there is none. */
function poolingWindow(size: number): number {
  for (let side = Math.min(size, 16); side > 1; side--) if (size % side === 0) return side;
  return size;
}
