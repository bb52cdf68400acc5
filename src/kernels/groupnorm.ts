import * as tf from '@tensorflow/tfjs-core';
import { currentKernels } from './currentKernels';
import type { NormVjpOptions } from './kernelSet';
import type { NormWeights, Statistics } from './weights';

export interface NormOptions {
  /** Apply SiLU to the result, as every GroupNorm of the network but the attention's is followed by one. */
  silu: boolean;
  /** Use these rather than measure the map's own. */
  statistics?: Statistics | undefined;
  /** `statistics` are constants to the gradient: they are not those of `x`. */
  frozen?: boolean | undefined;
}

/** Mean and biased variance over each group's channels and all cells of `x` `[1, H, W, C]`; without a gradient. */
export function groupStatistics(x: tf.Tensor4D, groups: number): Statistics {
  return currentKernels().groupStatistics(x, groups);
}

/**
 * Group normalisation (Wu and He 2018), `(x - mean) / sqrt(variance + 1e-6) * scale + shift` per group of
 * consecutive channels, optionally followed by SiLU. The gradient is with respect to `x` only.
 *
 * @param x `[1, H, W, C]`
 */
export function groupNorm(
  x: tf.Tensor4D,
  weights: NormWeights,
  groups: number,
  { silu, statistics, frozen = false }: NormOptions,
): tf.Tensor4D {
  const kernels = currentKernels();
  const options: NormVjpOptions = { silu, frozen };
  const run = tf.customGrad((input, save) => {
    const featureMap = input as tf.Tensor4D;
    const used = statistics ?? kernels.groupStatistics(featureMap, groups);
    (save as tf.GradSaveFunc)([featureMap, used.mean, used.variance]);
    const gradFunc = (dy: tf.Tensor, [x, mean, variance]: tf.Tensor[]) =>
      kernels.groupNormVjp(
        dy as tf.Tensor4D,
        x as tf.Tensor4D,
        weights,
        { mean, variance } as Statistics,
        options,
      );
    return { value: kernels.groupNorm(featureMap, weights, used, silu), gradFunc };
  });
  return run(x) as tf.Tensor4D;
}
