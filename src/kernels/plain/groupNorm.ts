/** Group normalisation by tfjs's own operations, and its gradient. */
import * as tf from '@tensorflow/tfjs-core';
import type { NormVjpOptions } from '../kernelSet';
import { EPSILON, type NormWeights, type Statistics } from '../weights';
import { channelAffine } from './affine';
import { siluDerivative, siluForward } from './silu';
import { spatialMean } from './spatialMean';

export function groupStatistics(x: tf.Tensor4D, groups: number): Statistics {
  return tf.tidy(() => {
    const mean = groupMean(spatialMean(x), groups);
    const squares = squaredDeviation(x, spread(mean, x.shape[3]));
    const variance = groupMean(spatialMean(squares), groups);
    return { mean, variance };
  });
}

/** `(x - mean)^2` per channel. Over whole rows of the map: tfjs-wasm is twice as fast where the repeated part is long. */
function squaredDeviation(x: tf.Tensor4D, mean: tf.Tensor1D): tf.Tensor4D {
  const [, height, width, channels] = x.shape;
  const rows = tf.reshape(x, [height, width * channels]);
  return tf.reshape(tf.squaredDifference(rows, tf.tile(mean, [width])), x.shape) as tf.Tensor4D;
}

export function groupNorm(
  x: tf.Tensor4D,
  weights: NormWeights,
  { mean, variance }: Statistics,
  silu: boolean,
): tf.Tensor4D {
  return tf.tidy(() => {
    const normalised = applyNorm(x, weights, mean, inverseDeviation(variance));
    return silu ? siluForward(normalised) : normalised;
  });
}

/** One pass over the map: per channel, scale and shift follow from the group's statistics and what was learned. */
function applyNorm(
  x: tf.Tensor4D,
  weights: NormWeights,
  mean: tf.Tensor1D,
  deviation: tf.Tensor1D,
): tf.Tensor4D {
  return tf.tidy(() => {
    const channels = x.shape[3];
    const scale = tf.mul(weights.scale, spread(deviation, channels)) as tf.Tensor1D;
    const shift = tf.sub(weights.shift, tf.mul(spread(mean, channels), scale)) as tf.Tensor1D;
    return channelAffine(x, scale, shift);
  });
}

/** Gradient of GroupNorm; for the formula see `KernelSet.groupNormVjp`. */
export function groupNormVjp(
  dy: tf.Tensor4D,
  x: tf.Tensor4D,
  weights: NormWeights,
  { mean, variance }: Statistics,
  { silu, frozen }: NormVjpOptions,
): tf.Tensor4D {
  return tf.tidy(() => {
    const deviation = inverseDeviation(variance);
    const channels = x.shape[3];
    const groups = mean.shape[0];
    const zero = tf.zerosLike(weights.shift);
    const dn = silu
      ? (tf.mul(dy, siluDerivative(applyNorm(x, weights, mean, deviation))) as tf.Tensor4D)
      : dy;
    const r = spread(deviation, channels);
    const direct = channelAffine(dn, tf.mul(weights.scale, r) as tf.Tensor1D, zero);
    if (frozen) return direct;
    const h = channelAffine(x, r, tf.neg(tf.mul(spread(mean, channels), r)) as tf.Tensor1D);
    const expected = (featureMap: tf.Tensor4D) =>
      spread(groupMean(tf.mul(spatialMean(featureMap), weights.scale) as tf.Tensor1D, groups), channels);
    const meanTerm = tf.neg(tf.mul(expected(dn), r)) as tf.Tensor1D;
    const slopeTerm = tf.neg(tf.mul(expected(tf.mul(dn, h) as tf.Tensor4D), r)) as tf.Tensor1D;
    return tf.add(direct, channelAffine(h, slopeTerm, meanTerm)) as tf.Tensor4D;
  });
}

function inverseDeviation(variance: tf.Tensor1D): tf.Tensor1D {
  return tf.tidy(() => tf.rsqrt(tf.add(variance, EPSILON)) as tf.Tensor1D);
}

/** `[C]` -> `[groups]`, the mean over each group's channels; as a product, see `spatialMean`. */
function groupMean(perChannel: tf.Tensor1D, groups: number): tf.Tensor1D {
  const size = perChannel.shape[0] / groups;
  const table = tf.reshape(perChannel, [groups, size]) as tf.Tensor2D;
  return tf.reshape(tf.matMul(table, tf.fill([size, 1], 1 / size)), [groups]) as tf.Tensor1D;
}

/** `[groups]` -> `[C]`, each group's number for each of its channels. */
function spread(perGroup: tf.Tensor1D, channels: number): tf.Tensor1D {
  const groups = perGroup.shape[0];
  return tf.reshape(tf.tile(tf.reshape(perGroup, [groups, 1]), [1, channels / groups]), [
    channels,
  ]) as tf.Tensor1D;
}
