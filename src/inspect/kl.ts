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
      sum += mean[at] ** 2 + Math.exp(logvar[at]) - 1 - logvar[at];
    }
    kl[cell] = sum / 2;
  }
  return kl;
}

/** Nats to bits. */
export function klBits(nats: Float32Array): Float32Array {
  return nats.map((value) => value / Math.LN2);
}
