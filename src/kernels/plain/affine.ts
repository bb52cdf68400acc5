import * as tf from '@tensorflow/tfjs-core';

/**
 * `x * scale + shift` for every channel of a map, in one pass: a 1x1 depthwise convolution. XNNPACK (tfjs-wasm)
 * runs that as a fused multiply-add over all threads, several times faster than two broadcast operations.
 *
 * @param x `[1, H, W, C]`
 * @param scale `[C]`
 * @param shift `[C]`
 */
export function channelAffine(x: tf.Tensor4D, scale: tf.Tensor1D, shift: tf.Tensor1D): tf.Tensor4D {
  const filter = tf.reshape(scale, [1, 1, x.shape[3], 1]) as tf.Tensor4D;
  // 'valid': XNNPACK takes its multiply-add path only where no padding is asked for.
  const out = tf.fused.depthwiseConv2d({ x, filter, strides: 1, pad: 'valid', bias: shift });
  filter.dispose();
  return out;
}
