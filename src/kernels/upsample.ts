import * as tf from '@tensorflow/tfjs-core';
import { currentKernels } from './currentKernels';
import type { UpsampleWeights } from './weights';

/**
 * Nearest-neighbour doubling followed by a 3x3 convolution with zero padding, `[1, H, W, in]` -> `[1, 2H, 2W, out]`.
 * The gradient is with respect to `x` only.
 *
 * @param weights of `foldUpsample`
 */
export function upsample(x: tf.Tensor4D, weights: UpsampleWeights): tf.Tensor4D {
  const kernels = currentKernels();
  const run = tf.customGrad((input) => ({
    value: kernels.upsample(input as tf.Tensor4D, weights),
    gradFunc: (dy: tf.Tensor) => kernels.upsampleVjp(dy as tf.Tensor4D, weights),
  }));
  return run(x) as tf.Tensor4D;
}
