/** Weights of the network's operations as they lie on the device, and what operations hand to one another. */
import type * as tf from '@tensorflow/tfjs-core';
import type { Filter } from './float16Filter';

/** A convolution's filter `[height, width, in, out]` and bias `[out]`. */
export interface ConvWeights {
  filter: Filter;
  bias: tf.Tensor1D;
}

/** The learned part of a GroupNorm: `scale` (gamma) and `shift` (beta), each `[C]`. */
export interface NormWeights {
  scale: tf.Tensor1D;
  shift: tf.Tensor1D;
}

/** GroupNorm's epsilon in AutoencoderKL. */
export const EPSILON = 1e-6;

/** Mean and biased variance of each group, each `[groups]`. */
export interface Statistics {
  mean: tf.Tensor1D;
  variance: tf.Tensor1D;
}

/** A norm, the SiLU after it, and the convolution after that: what residual blocks and heads are made of. */
export interface NormConvWeights {
  norm: NormWeights;
  groups: number;
  conv: ConvWeights;
}

/** A term added to a result: a map, or what a 1x1 convolution makes of it. */
export interface Skip {
  featureMap: tf.Tensor4D;
  shortcut: ConvWeights | null;
}

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
