/** Latents drawn from the posterior, beside its mean: is the noise that training adds visible at all? */
import { normalField } from '@/latent/normalField';
import { pictureLevels } from '@/latent/pixels';
import { median } from '@/latent/statistics';
import type { Cell, Latent, PosteriorData } from '@/latent/types';
import { psnr } from '@/measures/quality';
import type { ExperimentContext } from '../context';
import { decodeLevels, decodeWork, progress } from '../network';
import { brightest, type Quality, quality } from '../quality';

export interface SamplingOptions {
  /** One sample a seed. */
  seeds: readonly number[];
  /** Near and far are from these cells; by default the strongest by |mean|. */
  cells?: readonly Cell[];
}

export interface Sampling {
  spots: Cell[];
  /** PSNR of the decode of the mean against the picture, dB. */
  psnrPicture: number;
  samples: (Quality & { seed: number })[];
  /** The posterior's standard deviations, exp(logvar / 2) with logvar clamped, raw units, over all numbers. */
  medianSigma: number;
  largestSigma: number;
}

export async function sampling(
  context: ExperimentContext,
  { seeds, cells = [brightest(context)] }: SamplingOptions,
): Promise<Sampling> {
  const { vae, mean, posterior, picture } = context;
  const work = decodeWork(vae, mean);
  const next = progress(context, work * (1 + seeds.length));
  const base = await decodeLevels(vae, mean, next(work, 'the mean'));
  const samples: Sampling['samples'] = [];
  for (const seed of seeds) {
    const decoded = await decodeLevels(vae, sample(posterior, seed), next(work, `sample of seed ${seed}`));
    samples.push({ seed, ...quality(context, base, decoded, cells) });
  }
  const sigmas = posterior.logvar.map(sigmaOf);
  return {
    spots: [...cells],
    psnrPicture: psnr(pictureLevels(picture), base),
    samples,
    medianSigma: median(sigmas),
    largestSigma: sigmas.reduce((largest, sigma) => Math.max(largest, sigma), 0),
  };
}

/** mean + exp(logvar / 2) z with z standard normal from the seed, and logvar as it is clamped for training. */
export function sample(posterior: PosteriorData, seed: number): Latent {
  const { rows, cols, channels, mean, logvar } = posterior;
  const field = normalField({ rows, cols, channels, data: mean }, seed);
  const data = mean.map((value, at) => value + sigmaOf(logvar[at]) * field[at]);
  return { rows, cols, channels, data };
}

function sigmaOf(logvar: number): number {
  return Math.exp(logvar / 2);
}
