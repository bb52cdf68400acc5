/**
 * Test of whether the backend computes right: a tiny autoencoder whose outputs are known is encoded and decoded on it.
 * Browsers have shipped graphics drivers and compilers that give wrong numbers without an error.
 */

import * as tf from '@tensorflow/tfjs-core';
import { syntheticTensors, syntheticUniform } from '@/models/synthetic';
import { AutoencoderKL } from '@/vae/autoencoder';
import { type AutoencoderConfig, parseConfig } from '@/vae/config';
import type { Samples } from './knownSamples';
import { KNOWN } from './knownSamples';

/** Largest error allowed, relative to the largest value of the output. A right backend stays below 1e-5. */
export const TOLERANCE = 1e-3;

export interface SelfTestResult {
  milliseconds: number;
  /** Largest error of the posterior's mean, its raw logvar and the decoded picture, each relative to its largest known value. */
  largestError: number;
}

/** Two levels are enough to meet every operation: both resamplings, the shortcut, attention, the quant convolutions. */
const CONFIG: AutoencoderConfig = parseConfig({
  block_out_channels: [16, 32],
  layers_per_block: 1,
  norm_num_groups: 8,
  latent_channels: 4,
});
const HEIGHT = 24;
const WIDTH = 32;
const SEED = 1;

/** Runs the self-test on tfjs's current backend. Rejects when the backend throws. */
export async function selfTest(): Promise<SelfTestResult> {
  const start = performance.now();
  const model = AutoencoderKL.fromTensors(CONFIG, new Map(syntheticTensors(CONFIG, SEED)));
  const tensors: tf.Tensor[] = [];
  try {
    const image = tf.tidy(() => {
      const planes = tf.tensor(Float32Array.from(syntheticUniform(SEED, 'image', 3 * HEIGHT * WIDTH)), [
        3,
        HEIGHT,
        WIDTH,
      ]);
      return tf.expandDims(tf.transpose(planes, [1, 2, 0])) as tf.Tensor4D;
    });
    tensors.push(image);
    const { mean, logvar, rawLogvar } = model.encode(image);
    const decoded = model.decode(mean);
    tensors.push(mean, logvar, rawLogvar, decoded);
    const errors = [
      relativeError(await mean.data(), KNOWN.mean),
      relativeError(await rawLogvar.data(), KNOWN.logvar),
      relativeError(await decoded.data(), KNOWN.decoded),
    ];
    return { milliseconds: performance.now() - start, largestError: Math.max(...errors) };
  } finally {
    tf.dispose(tensors);
    model.dispose();
  }
}

/** Infinity where a value is missing or not a number: `Math.max` and `>` would let it pass. */
function relativeError(values: ArrayLike<number>, { stride, samples }: Samples): number {
  const largest = Math.max(...samples.map(Math.abs));
  let error = 0;
  samples.forEach((sample, index) => {
    const difference = Math.abs((values[index * stride] ?? Number.NaN) - sample);
    error = Number.isFinite(difference) ? Math.max(error, difference) : Number.POSITIVE_INFINITY;
  });
  return error / largest;
}
