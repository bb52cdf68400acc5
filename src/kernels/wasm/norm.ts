/** Group normalisation on WebAssembly: statistics, the norm with its SiLU, and the gradient of both. */
import type * as tf from '@tensorflow/tfjs-core';
import { MEASURE, NORM_BACK, NORM_SLOPE, NORMALISE, PIXELS_A_UNIT } from './fields';
import { type Job, type ThreadPool, withOutput } from './threadPool';

/** Tells whether there are programs for norms of such a map. */
export function suitsNorm({ shape }: tf.TensorInfo): boolean {
  return shape[3] % 4 === 0;
}

/**
 * Mean and variance of each group of channels in one pass over the map: what was measured of some pixels each is put together in
 * doubles (Chan, Golub and LeVeque 1983).
 *
 * @param x `[1, H, W, C]`
 */
export function measureGroups(
  pool: ThreadPool,
  x: tf.TensorInfo,
  groups: number,
): { mean: Float32Array; variance: Float32Array } {
  const { pixels, channels, units } = sizeOf(x);
  return pool.withRoom([4 * units * 3 * channels], ([partial]) => {
    pool.run({ ...jobOf(x), X: pool.address(x), PARTIAL: partial, OPERATION: MEASURE });
    const parts = pool.floats(partial, units * 3 * channels);
    const mean = new Float32Array(groups);
    const variance = new Float32Array(groups);
    const size = channels / groups;
    for (let group = 0; group < groups; group++) {
      let count = 0;
      let average = 0;
      let squares = 0;
      for (let unit = 0; unit < units; unit++) {
        const more = Math.min(PIXELS_A_UNIT, pixels - unit * PIXELS_A_UNIT);
        for (let at = unit * 3 * channels + group * size, last = at + size; at < last; at++) {
          const rest = parts[at + channels];
          const difference = parts[at] + rest - average;
          count += more;
          average += (difference * more) / count;
          // Squares were summed about a mean that was a little off.
          squares += parts[at + 2 * channels] - more * rest ** 2;
          squares += (difference ** 2 * more * (count - more)) / count;
        }
      }
      mean[group] = average;
      variance[group] = squares / count;
    }
    return { mean, variance };
  });
}

/** A map scaled and shifted, and its SiLU. @param affine `[2, C]` */
export function normalise(
  pool: ThreadPool,
  x: tf.TensorInfo,
  affine: Float32Array,
  silu: boolean,
): tf.Tensor4D {
  return withOutput(x.shape, (out) =>
    pool.withRoom([affine.byteLength], ([coefficients]) => {
      pool.floats(coefficients, affine.length).set(affine);
      pool.run({
        ...jobOf(x),
        X: pool.address(x),
        AFFINE: coefficients,
        SILU: Number(silu),
        OUT: pool.address(out),
        OPERATION: NORMALISE,
      });
    }),
  );
}

export interface NormGradient {
  /** The gradient at the norm's result, or at that of its SiLU, and what the norm was given: `[1, H, W, C]`. */
  dy: tf.TensorInfo;
  x: tf.TensorInfo;
  /** `[2, C]` */
  affine: Float32Array;
  /** `[C]`, what was learned. */
  scale: ArrayLike<number>;
  /** `[groups]`, and `1 / sqrt(variance + eps)`. */
  mean: ArrayLike<number>;
  inverseDeviation: ArrayLike<number>;
  silu: boolean;
  /** The statistics do not depend on `x`. */
  frozen: boolean;
}

/** The gradient at what the norm was given; for the formula see `KernelSet.groupNormVjp`. */
export function normaliseVjp(pool: ThreadPool, gradient: NormGradient): tf.Tensor4D {
  const { dy, x, affine, scale, mean, inverseDeviation, silu, frozen } = gradient;
  const { pixels, channels, units } = sizeOf(x);
  const groups = mean.length;
  const size = channels / groups;
  const groupOf = (channel: number) => Math.floor(channel / size);
  return withOutput(x.shape, (out) =>
    pool.withRoom(
      [affine.byteLength, 4 * channels, 4 * units * 2 * channels, 4 * 3 * channels],
      ([coefficients, means, partial, factors]) => {
        pool.floats(coefficients, affine.length).set(affine);
        pool.floats(means, channels).set(Float32Array.from({ length: channels }, (_, c) => mean[groupOf(c)]));
        const job = { ...jobOf(x), X: pool.address(x), OUT: pool.address(out) };
        pool.run({
          ...job,
          SLOPE: pool.address(dy),
          AFFINE: coefficients,
          MEANS: means,
          SILU: Number(silu),
          PARTIAL: partial,
          OPERATION: NORM_SLOPE,
        });
        const parts = pool.floats(partial, units * 2 * channels);
        /** Sums over each group: of the gradient times `scale`, and of that times the number less the mean. */
        const sums = [new Float64Array(groups), new Float64Array(groups)];
        for (let unit = 0; unit < units; unit++) {
          for (let channel = 0; channel < channels; channel++) {
            const at = unit * 2 * channels + channel;
            sums[0][groupOf(channel)] += scale[channel] * parts[at];
            sums[1][groupOf(channel)] += scale[channel] * parts[at + channels];
          }
        }
        const values = new Float32Array(3 * channels);
        for (let channel = 0; channel < channels; channel++) {
          const group = groupOf(channel);
          const r = inverseDeviation[group];
          values[channel] = scale[channel] * r;
          if (frozen) continue;
          const [plain, about] = sums.map((sum) => sum[group] / (pixels * size));
          values[channels + channel] = -(r ** 3) * about;
          values[2 * channels + channel] = mean[group] * r ** 3 * about - r * plain;
        }
        pool.floats(factors, values.length).set(values);
        pool.run({ ...job, FACTORS: factors, OPERATION: NORM_BACK });
      },
    ),
  );
}

function sizeOf({ shape: [, height, width, channels] }: tf.TensorInfo) {
  const pixels = height * width;
  return { pixels, channels, units: Math.ceil(pixels / PIXELS_A_UNIT) };
}

function jobOf(x: tf.TensorInfo): Pick<Job, 'HEIGHT' | 'WIDTH' | 'INS' | 'UNITS'> {
  const [, height, width, channels] = x.shape;
  return { HEIGHT: height, WIDTH: width, INS: channels, UNITS: sizeOf(x).units };
}
