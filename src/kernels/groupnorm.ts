import * as tf from '@tensorflow/tfjs-core';
import { channelAffine } from './affine';
import { spatialMean } from './reduce';
import { siluDerivative, siluForward } from './silu';
import { mapSize } from './storage';
import {
  measureGroups,
  normaliseBackward as normaliseBackwardOnWasm,
  normalise as normaliseOnWasm,
  suitsNorm,
} from './wasm/norm';
import { defineOnWebgpu } from './webgpu/define';
import { coefficients, type NormTensors, normalise } from './webgpu/norm';
import { normaliseBackward } from './webgpu/normBackward';
import { onWebgpu } from './webgpu/recorder';
import { measure } from './webgpu/statistics';

/** GroupNorm's epsilon in AutoencoderKL. */
export const EPSILON = 1e-6;

/** What a GroupNorm learned: `scale` (gamma) and `shift` (beta), each `[C]`. */
export interface NormWeights {
  scale: tf.Tensor1D;
  shift: tf.Tensor1D;
}

/** Mean and biased variance of each group, each `[groups]`. */
export interface Statistics {
  mean: tf.Tensor1D;
  variance: tf.Tensor1D;
}

export interface NormOptions {
  /** Apply SiLU to the result, as every GroupNorm of the network but the attention's is followed by one. */
  silu: boolean;
  /** Use these rather than measure the map's own. */
  statistics?: Statistics;
  /** `statistics` are constants to the gradient: they are not those of `x`. */
  frozen?: boolean;
}

/**
 * Whether our programs can take this map. They go over four channels at a time, which no published network's norms stand
 * against.
 */
export function normsOnWebgpu(x: tf.Tensor4D): boolean {
  return onWebgpu() && mapSize(x).channels % 4 === 0;
}

const measureOnWebgpu = defineOnWebgpu<{ x: tf.Tensor }, { groups: number }>(
  'GroupStatistics',
  (recorder, { x }, { groups }) => measure(recorder, x, groups),
);

/**
 * Mean and biased variance over each group's channels and all cells of `x` `[1, H, W, C]`.
 * Not by `E[x^2] - E[x]^2`, which loses all its digits where a mean is large beside its deviation.
 */
export function groupStatistics(x: tf.Tensor4D, groups: number): Statistics {
  if (normsOnWebgpu(x)) {
    const [mean, variance] = measureOnWebgpu({ x }, { groups }) as tf.Tensor1D[];
    return { mean, variance };
  }
  if (suitsNorm(x.shape[3])) {
    const { mean, variance } = measureGroups(x, groups);
    return { mean: tf.tensor1d(mean), variance: tf.tensor1d(variance) };
  }
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
  options: NormOptions,
): tf.Tensor4D {
  const run = tf.customGrad((input, save) => {
    const map = input as tf.Tensor4D;
    const statistics = options.statistics ?? groupStatistics(map, groups);
    (save as tf.GradSaveFunc)([map, statistics.mean, statistics.variance]);
    const value = groupNormForward(map, weights, statistics, options.silu);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) =>
      groupNormBackward(
        dy as tf.Tensor4D,
        saved[0] as tf.Tensor4D,
        { mean: saved[1] as tf.Tensor1D, variance: saved[2] as tf.Tensor1D },
        weights,
        options,
      );
    return { value, gradFunc };
  });
  return run(x) as tf.Tensor4D;
}

const normaliseOnWebgpu = defineOnWebgpu<
  { x: tf.Tensor } & Record<keyof NormTensors, tf.Tensor>,
  { silu: boolean }
>('GroupNorm', (recorder, { x, ...norm }, { silu }) => {
  const factors = coefficients(recorder, norm, EPSILON);
  const out = normalise(recorder, x, factors, silu);
  recorder.dispose(factors);
  return [out];
});

/** The norm, and its SiLU, with given statistics and no gradient. */
export function groupNormForward(
  x: tf.Tensor4D,
  weights: NormWeights,
  { mean, variance }: Statistics,
  silu: boolean,
): tf.Tensor4D {
  if (normsOnWebgpu(x)) {
    const { scale, shift } = weights;
    return normaliseOnWebgpu({ x, scale, shift, mean, variance }, { silu })[0] as tf.Tensor4D;
  }
  if (suitsNorm(x.shape[3])) {
    return normaliseOnWasm(x, normCoefficients(weights, { mean, variance }), silu);
  }
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

/** What `applyNorm` multiplies with and adds, in that order: `[2, C]`. */
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

const backwardOnWebgpu = defineOnWebgpu<
  { dy: tf.Tensor; x: tf.Tensor } & Record<keyof NormTensors, tf.Tensor>,
  { silu: boolean; frozen: boolean }
>('GroupNormBackward', (recorder, { dy, x, ...norm }, { silu, frozen }) => {
  const factors = coefficients(recorder, norm, EPSILON);
  const { scale, mean } = norm;
  const groups = mean.shape[0];
  const out = normaliseBackward(recorder, { dy, x, coefficients: factors, scale, groups, silu, frozen });
  recorder.dispose(factors);
  return [out];
});

/**
 * With `n = scale * h + shift`, `h = (x - mean) r`, `r = 1 / sqrt(variance + eps)` and `g = dn * scale`:
 * `dx = r (g - E[g] - h E[g h])`, expectations over the group; only the first term where the statistics are frozen.
 */
export function groupNormBackward(
  dy: tf.Tensor4D,
  x: tf.Tensor4D,
  { mean, variance }: Statistics,
  weights: NormWeights,
  options: Pick<NormOptions, 'silu' | 'frozen'>,
): tf.Tensor4D {
  const { silu, frozen = false } = options;
  if (normsOnWebgpu(x)) {
    const { scale, shift } = weights;
    return backwardOnWebgpu({ dy, x, scale, shift, mean, variance }, { silu, frozen })[0] as tf.Tensor4D;
  }
  if (suitsNorm(x.shape[3])) {
    return normaliseBackwardOnWasm({
      dy,
      x,
      affine: normCoefficients(weights, { mean, variance }),
      scale: weights.scale.dataSync(),
      mean: mean.dataSync(),
      inverseDeviation: variance.dataSync().map((value) => 1 / Math.sqrt(value + EPSILON)),
      silu,
      frozen,
    });
  }
  return tf.tidy(() => {
    const deviation = inverseDeviation(variance);
    const channels = x.shape[3];
    const groups = mean.shape[0];
    const zero = tf.zerosLike(weights.shift);
    const dn = options.silu
      ? (tf.mul(dy, siluDerivative(applyNorm(x, weights, mean, deviation))) as tf.Tensor4D)
      : dy;
    const r = spread(deviation, channels);
    const direct = channelAffine(dn, tf.mul(weights.scale, r) as tf.Tensor1D, zero);
    if (options.frozen) return direct;
    const h = channelAffine(x, r, tf.neg(tf.mul(spread(mean, channels), r)) as tf.Tensor1D);
    const expected = (map: tf.Tensor4D) =>
      spread(groupMean(tf.mul(spatialMean(map), weights.scale) as tf.Tensor1D, groups), channels);
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
