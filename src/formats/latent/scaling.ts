/**
 * Scaled and unscaled numbers. Diffusion pipelines keep `(z - shift) * scale`, or `(z - mean) / std * scale` channel by channel;
 * the autoencoder itself speaks z. A file that does not say which it holds can only be judged by its sigma, because `scale` is
 * chosen to make that 1.
 */
import { expandScaling, type Scaling } from '../../inspect/scaled';
import type { Latent } from '../../inspect/types';

/** The autoencoder's own numbers. */
export const UNSCALED: Scaling = Object.freeze({ scale: 1, shift: 0 });

/** Whether scaled and unscaled numbers are the same ones. */
export function isUnscaled({ scale, shift, statistics }: Scaling): boolean {
  return scale === 1 && shift === 0 && !statistics;
}

/** The latent in scaled units, rounded to float32. Unscaled ones are the very same numbers. */
export function toScaled(latent: Latent, scaling: Scaling): Latent {
  if (isUnscaled(scaling)) return latent;
  const { scale, shift } = expandScaling(latent, scaling);
  return { ...latent, data: latent.data.map((value, at) => (value - shift[at]) * scale[at]) };
}

/**
 * The inverse of `toScaled`. Two roundings to float32 lie on the way there and back, so a number may come back one or two of its
 * last digits off; unscaled ones are the very same.
 */
export function toUnscaled(latent: Latent, scaling: Scaling): Latent {
  if (isUnscaled(scaling)) return latent;
  const { scale, shift } = expandScaling(latent, scaling);
  return { ...latent, data: latent.data.map((value, at) => value / scale[at] + shift[at]) };
}

/**
 * Whether numbers of this sigma are more likely scaled ones: whether they are nearer to 1 or to the sigma of unscaled ones, as
 * factors.
 *
 * @param sigma of the file's numbers as they stand, one a channel
 * @param usual of unscaled latents of the model, one a channel, where a picture tells it; else `1 / scale` is taken
 */
export function likelyScaled(
  sigma: ArrayLike<number>,
  { scale, statistics }: Scaling,
  usual: ArrayLike<number> | null,
): boolean {
  const found = rootMeanSquare(sigma);
  const factor = Math.abs(scale) / (statistics ? rootMeanSquare(statistics.std) : 1);
  const unscaled = usual ? rootMeanSquare(usual) : 1 / factor;
  const scaled = unscaled * factor;
  return Math.abs(Math.log(found / scaled)) < Math.abs(Math.log(found / unscaled));
}

function rootMeanSquare(values: ArrayLike<number>): number {
  return Math.sqrt(
    Array.from(values, (value) => value ** 2).reduce((sum, value) => sum + value, 0) / values.length,
  );
}
