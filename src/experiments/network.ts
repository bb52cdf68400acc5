/** Pictures and latents through the network, and how far an experiment of many such passes is. */
import * as tf from '@tensorflow/tfjs-core';
import type { Grid } from '@/latent/geometry';
import { toPlanes } from '@/latent/pixels';
import type { Latent, Levels, PosteriorData } from '@/latent/types';
import { toLevels } from '@/measures/change';
import type { AutoencoderKL } from '@/vae/autoencoder';
import { requireNumbers } from '@/vae/finite';
import type { RunOptions } from '@/vae/run';
import { plan } from '@/vae/stage';
import type { ExperimentContext, Picture } from './context';

/** The decoder's output as it came: `[height, width, 3]`, not clamped. */
export interface Output {
  width: number;
  height: number;
  data: Float32Array;
}

/** @throws InspectorError `bad-model` where the network gives values that are not numbers */
export async function decodeOutput(vae: AutoencoderKL, latent: Latent, options: RunOptions): Promise<Output> {
  const input = tf.tensor4d(latent.data, [1, latent.rows, latent.cols, latent.channels]);
  try {
    const output = await vae.decodeStaged(input, options);
    try {
      const [, height, width] = output.shape;
      const data = new Float32Array(await output.data());
      requireNumbers(data, 'decoder', vae);
      return { width, height, data };
    } finally {
      output.dispose();
    }
  } finally {
    input.dispose();
  }
}

export function levelsOf({ width, height, data }: Output): Levels {
  return { width, height, data: toLevels(data) };
}

/** A latent decoded, on the absolute scale. */
export async function decodeLevels(vae: AutoencoderKL, latent: Latent, options: RunOptions): Promise<Levels> {
  return levelsOf(await decodeOutput(vae, latent, options));
}

/**
 * A picture's posterior.
 * @throws InspectorError `bad-image` where its sides are no multiples of the model's factor, `bad-model` where the network gives
 *   values that are not numbers
 */
export async function encodePicture(
  vae: AutoencoderKL,
  picture: Picture,
  options: RunOptions,
): Promise<PosteriorData> {
  const image = tf.tensor4d(toPlanes(picture), [1, picture.height, picture.width, 3]);
  try {
    const posterior = await vae.encodeStaged(image, options);
    const { mean, logvar, rawLogvar } = posterior;
    try {
      const [, rows, cols, channels] = mean.shape;
      const read = async (tensor: tf.Tensor) => {
        const data = new Float32Array(await tensor.data());
        requireNumbers(data, 'encoder', vae);
        return data;
      };
      return {
        rows,
        cols,
        channels,
        mean: await read(mean),
        logvar: await read(logvar),
        rawLogvar: await read(rawLogvar),
      };
    } finally {
      tf.dispose([mean, logvar, rawLogvar]);
    }
  } finally {
    image.dispose();
  }
}

/** Estimated operations of one decode of a latent of this extent; only ratios matter. */
export function decodeWork(vae: AutoencoderKL, { rows, cols }: Grid): number {
  return sum(plan(vae.decoderStages, rows, cols));
}

/** The same of encoding a picture, in the same unit. */
export function encodeWork(vae: AutoencoderKL, { width, height }: { width: number; height: number }): number {
  return sum(plan(vae.encoderStages, height, width));
}

/** The options of an experiment's next pass, which is `work` of the whole. */
export type NextRun = (work: number, doing: string) => RunOptions;

/**
 * Tells the experiment's checkpoint how far the whole is, from passes that each tell how far they are themselves.
 * @param total the work of all passes
 */
export function progress({ checkpoint }: Pick<ExperimentContext, 'checkpoint'>, total: number): NextRun {
  let begun = 0;
  return (work, doing) => {
    const from = begun;
    begun += work;
    return {
      checkpoint: (done, all) => checkpoint(Math.min(1, (from + work * (done / all)) / total), doing),
    };
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
