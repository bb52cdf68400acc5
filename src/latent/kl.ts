/** Kullback-Leibler divergence of the posterior from the standard normal prior. */
import type { PosteriorData } from './types';

/**
 * KL of each cell in nats, `[rows, cols]`: 1/2 sum_c (mean^2 + exp(logvar) - 1 - logvar), the closed form for two
 * normals (Kingma and Welling, "Auto-Encoding Variational Bayes", 2014, appendix B). Uses the clamped logvar, as the
 * models' own loss does.
 */
export function klNats(posterior: PosteriorData): Float32Array {
  const { channels, mean, logvar } = posterior;
  const kl = new Float32Array(posterior.rows * posterior.cols);
  for (let cell = 0; cell < kl.length; cell++) {
    let sum = 0;
    for (let at = cell * channels; at < (cell + 1) * channels; at++) {
      sum += twiceNats(mean[at], logvar[at]);
    }
    kl[cell] = sum / 2;
  }
  return kl;
}

/** The same divergence summed over the cells, nats of each channel, `[channels]`. */
export function klNatsByChannel({ channels, mean, logvar }: PosteriorData): Float64Array {
  const kl = new Float64Array(channels);
  for (let at = 0; at < mean.length; at++) kl[at % channels] += twiceNats(mean[at], logvar[at]) / 2;
  return kl;
}

/** Twice the divergence of one number, nats. */
function twiceNats(mean: number, logvar: number): number {
  return mean ** 2 + Math.exp(logvar) - 1 - logvar;
}

/** Nats to bits. */
export function klBits(nats: Float32Array): Float32Array {
  return nats.map(bitsOf);
}

/** Nats to bits, one number. */
export function bitsOf(nats: number): number {
  return nats / Math.LN2;
}
