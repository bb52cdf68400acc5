/** Input of every experiment, and its way to tell how far it is. */

import type { Edit } from '@/edits';
import type { Codebook } from '@/latent/codebook';
import { type Scaling, scalingOf } from '@/latent/scaled';
import type { Latent, PosteriorData } from '@/latent/types';
import type { AutoencoderKL } from '@/vae/autoencoder';

/** A picture as it was encoded: straight RGBA, 8 bits a channel, sides multiples of the model's factor. */
export interface Picture {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

export interface ExperimentContext {
  /** Both halves of it are on the device. */
  vae: AutoencoderKL;
  picture: Picture;
  /** That the model's file has beside the network; absent where it has none. */
  codebook?: Codebook | null;
  posterior: PosteriorData;
  /** The posterior's mean, raw units: the latent that is decoded. */
  mean: Latent;
  /** The visitor's edits; many experiments do not look at them. */
  edits: readonly Edit[];
  /** Chebyshev radius, in cells, that separates near from far. */
  radius: number;
  /** Scaling of latents for the diffusion model, where somebody said it; else the model's configuration does. */
  scaling?: Scaling | undefined;
  /**
   * Awaited between the stages of every encode and decode, with the part of the whole experiment that is done, 0 to 1, and what
   * is being done, for people. Throws where the experiment is to stop.
   */
  checkpoint(fraction: number, doing: string): Promise<void> | void;
}

/** The scaling whose units an experiment speaks. */
export function scalingIn({ scaling, vae }: Pick<ExperimentContext, 'scaling' | 'vae'>): Scaling {
  return scaling ?? scalingOf(vae.config);
}

/**
 * Told what there is of the result each time something is added to it. It may be the very object that is still written to:
 * whoever keeps it makes a copy, as sending it to another thread does.
 */
export type OnPartial<R> = (partial: R) => void;

/**
 * The checkpoints of what is written for a network alone, and counts its stages.
 * @param doing what is being done, where the stages do not say it
 */
export function staged({ checkpoint }: Pick<ExperimentContext, 'checkpoint'>, doing: string) {
  return { checkpoint: (done: number, total: number) => checkpoint(done / total, doing) };
}
