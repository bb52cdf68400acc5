/**
 * Scaled and unscaled numbers. Diffusion pipelines keep `(z - shift) * scale`, or `(z - mean) / std * scale` channel by channel;
 * the autoencoder itself speaks z. A file that does not say which it holds can only be judged by its sigma, because `scale` is
 * chosen to make that 1.
 */
import { expandScaling, type Scaling } from '@/latent/scaled';
import type { Latent } from '@/latent/types';

/** The autoencoder's own numbers. */
export const UNSCALED: Scaling = Object.freeze({ scale: 1, shift: 0 });

/** Tells whether scaled and unscaled numbers are the same ones. */
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

/** Log-variances of scaled numbers as those of unscaled ones: a factor multiplies the variance by its square. */
export function logvarUnscaled(logvar: Latent, scaling: Scaling): Float32Array<ArrayBuffer> {
  const { scale } = expandScaling(logvar, scaling);
  return Float32Array.from(logvar.data, (value, at) => value - 2 * Math.log(Math.abs(scale[at])));
}
