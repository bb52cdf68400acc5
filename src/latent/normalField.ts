/** Noise on a whole latent, of which any cells can be taken. */

import { normal } from './random';
import { channelSigma } from './statistics';
import type { Latent } from './types';

/** Independent standard normal numbers from a seed, one a number of the latent, `[rows, cols, channels]`. */
export function normalField({ data }: Latent, seed: number): Float32Array<ArrayBuffer> {
  const draw = normal(seed);
  return Float32Array.from({ length: data.length }, draw);
}

/**
 * Noise of `sigma` times each channel's own standard deviation over the cells, as the edit `noise` has it.
 * @param field as `normalField` gives it; the same one at every sigma, so that a curve over sigma is smooth
 * @param takes whether a cell, by its row-major index, gets its noise
 */
export function withNoise(
  latent: Latent,
  field: ArrayLike<number>,
  sigma: number,
  takes: (cell: number) => boolean = () => true,
): Latent {
  const { channels } = latent;
  const own = channelSigma(latent);
  const data = latent.data.map((value, at) =>
    takes(Math.floor(at / channels)) ? value + sigma * own[at % channels] * field[at] : value,
  );
  return { ...latent, data };
}
