/**
 * The influence of every cell on the whole picture's colour, by exact vector-Jacobian products: three backward passes instead
 * of thousands of decodes.
 */
import * as tf from '@tensorflow/tfjs-core';
import { channelSigma } from '@/latent/statistics';
import type { Latent } from '@/latent/types';
import { LEVELS_PER_UNIT } from '@/measures/change';
import type { AutoencoderKL } from '@/vae/autoencoder';
import { requireNumbers } from '@/vae/finite';
import type { RunOptions } from '@/vae/run';
import { vectorJacobianProducts } from '@/vae/vjp';

export interface Influence {
  rows: number;
  cols: number;
  /** Levels of whole-image colour shift per one-sigma change of the cell, `[rows, cols]`. */
  influence: Float32Array<ArrayBuffer>;
  /**
   * `G[k, row, col, c]`: derivative of the decoded picture's mean red, green or blue (unclamped, range 2) with respect to
   * the latent, `[3, rows, cols, channels]`.
   */
  gradient: Float32Array<ArrayBuffer>;
}

const COLOURS = 3;

/**
 * `influence(cell) = 127.5 sqrt(sum_k sum_c (G[k, cell, c] s_c)^2)`, `s_c` the standard deviation of channel `c` over the
 * cells.
 *
 * @param mean where the derivative is taken, raw units
 * @throws InspectorError `bad-model` where the network's gradients are not numbers
 */
export async function influence(
  vae: AutoencoderKL,
  mean: Latent,
  options: RunOptions = {},
): Promise<Influence> {
  const { rows, cols, channels, data } = mean;
  const gradient = await colourGradient(vae, mean, options);
  const sigma = channelSigma({ rows, cols, channels, data });
  const cells = rows * cols;
  const result = new Float32Array(cells);
  for (let cell = 0; cell < cells; cell++) {
    let squares = 0;
    for (let colour = 0; colour < COLOURS; colour++) {
      for (let channel = 0; channel < channels; channel++) {
        squares += (gradient[(colour * cells + cell) * channels + channel] * sigma[channel]) ** 2;
      }
    }
    result[cell] = LEVELS_PER_UNIT * Math.sqrt(squares);
  }
  return { rows, cols, influence: result, gradient };
}

async function colourGradient(
  vae: AutoencoderKL,
  { rows, cols, channels, data }: Latent,
  options: RunOptions,
): Promise<Float32Array<ArrayBuffer>> {
  const height = rows * vae.factor;
  const width = cols * vae.factor;
  const latent = tf.tensor4d(data, [1, rows, cols, channels]);
  const cotangents = Array.from({ length: COLOURS }, (_, colour) => meanOfColour(height, width, colour));
  try {
    const gradients = await vectorJacobianProducts(vae.decoderStages, latent, cotangents, options);
    try {
      const planes = await Promise.all(gradients.map((each) => each.data()));
      const all = new Float32Array(COLOURS * data.length);
      for (const [colour, plane] of planes.entries()) all.set(plane as Float32Array, colour * data.length);
      requireNumbers(all, 'gradients', vae);
      return all;
    } finally {
      tf.dispose(gradients);
    }
  } finally {
    tf.dispose([latent, ...cotangents]);
  }
}

/** The derivative of a picture's mean red, green or blue with respect to its pixels. */
function meanOfColour(height: number, width: number, colour: number): tf.Tensor4D {
  const values = new Float32Array(height * width * COLOURS);
  const share = 1 / (height * width);
  for (let at = colour; at < values.length; at += COLOURS) values[at] = share;
  return tf.tensor4d(values, [1, height, width, COLOURS]);
}
