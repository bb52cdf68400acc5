/** Robust statistics over the cells of one image. */
import type { Latent } from './types';

/** Makes the median absolute deviation of a normal population its standard deviation: 1 / Phi^-1(3/4). */
export const MAD_TO_SIGMA = 1.4826;

/** The median; for an even count the mean of the two middle values. NaN for no values. */
export function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const count = sorted.length;
  if (count === 0) return Number.NaN;
  const middle = count >> 1;
  return count % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Median absolute deviation from `center` (by default the median). Not multiplied by 1.4826. */
export function medianAbsoluteDeviation(values: ArrayLike<number>, center = median(values)): number {
  return median(Float64Array.from(values, (value) => Math.abs(value - center)));
}

export interface RobustScores {
  median: number;
  mad: number;
  /** One score a value, in robust standard deviations, signed. */
  scores: Float64Array;
}

/**
 * `(x - median) / (1.4826 MAD)` for every value.
 *
 * When more than half of the values are exactly alike the MAD is 0 and the score has no scale. Then it is the
 * quotient's limit, not a made-up number: 0 for a value that equals the median, plus or minus Infinity for any other.
 * `mad` tells the two situations apart.
 */
export function robustScores(values: ArrayLike<number>): RobustScores {
  const center = median(values);
  const mad = medianAbsoluteDeviation(values, center);
  const scores = Float64Array.from(values, (value) => {
    const deviation = value - center;
    return deviation === 0 ? 0 : deviation / (MAD_TO_SIGMA * mad);
  });
  return { median: center, mad, scores };
}

/**
 * Standard deviation of each channel over the image's cells (the whole population, divided by the number of
 * cells), raw units. It is the unit "sigma" of the instrument. `[channels]`.
 */
export function channelSigma(latent: Latent): Float64Array {
  const { channels, data } = latent;
  const cells = latent.rows * latent.cols;
  const mean = channelMean(latent);
  const sigma = new Float64Array(channels);
  for (let at = 0; at < data.length; at++) {
    const channel = at % channels;
    sigma[channel] += (data[at] - mean[channel]) ** 2;
  }
  return sigma.map((sum) => Math.sqrt(sum / cells));
}

/** Mean of each channel over the image's cells, raw units. `[channels]`. */
export function channelMean(latent: Latent): Float64Array {
  const { channels, data } = latent;
  const sum = new Float64Array(channels);
  for (let at = 0; at < data.length; at++) sum[at % channels] += data[at];
  return sum.map((value) => value / (latent.rows * latent.cols));
}
