/** Group normalisation on WebAssembly as the network has it, with its numbers in tensors. */
import * as tf from '@tensorflow/tfjs-core';
import type { NormVjpOptions } from '../kernelSet';
import { EPSILON, type NormWeights, type Statistics } from '../weights';
import { measureGroups, normalise, normaliseVjp } from './norm';
import type { ThreadPool } from './threadPool';

export function groupStatistics(pool: ThreadPool, x: tf.Tensor4D, groups: number): Statistics {
  const { mean, variance } = measureGroups(pool, x, groups);
  return { mean: tf.tensor1d(mean), variance: tf.tensor1d(variance) };
}

export function groupNorm(
  pool: ThreadPool,
  x: tf.Tensor4D,
  weights: NormWeights,
  statistics: Statistics,
  silu: boolean,
): tf.Tensor4D {
  return normalise(pool, x, normCoefficients(weights, statistics), silu);
}

export function groupNormVjp(
  pool: ThreadPool,
  dy: tf.Tensor4D,
  x: tf.Tensor4D,
  weights: NormWeights,
  statistics: Statistics,
  { silu, frozen }: NormVjpOptions,
): tf.Tensor4D {
  return normaliseVjp(pool, {
    dy,
    x,
    affine: normCoefficients(weights, statistics),
    scale: weights.scale.dataSync(),
    mean: statistics.mean.dataSync(),
    inverseDeviation: statistics.variance.dataSync().map((value) => 1 / Math.sqrt(value + EPSILON)),
    silu,
    frozen,
  });
}

/** Factor and summand of each channel in a norm, in that order: `[2, C]`. */
export function normCoefficients(
  { scale, shift }: NormWeights,
  { mean, variance }: Statistics,
): Float32Array {
  const [scales, shifts, means, variances] = [scale, shift, mean, variance].map((each) => each.dataSync());
  const channels = scales.length;
  const size = channels / means.length;
  const coefficients = new Float32Array(2 * channels);
  for (let channel = 0; channel < channels; channel++) {
    const group = Math.floor(channel / size);
    const factor = scales[channel] / Math.sqrt(variances[group] + EPSILON);
    coefficients[channel] = factor;
    coefficients[channels + channel] = shifts[channel] - means[group] * factor;
  }
  return coefficients;
}
