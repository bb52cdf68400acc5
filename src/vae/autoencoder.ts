import * as tf from '@tensorflow/tfjs-core';
import { InspectorError } from '@/common/errors';
import { type AutoencoderConfig, factor } from './config';
import { decoderStages } from './decoder';
import { encoderStages } from './encoder';
import { Parameters, type TensorData } from './parameters';
import { type Posterior, posteriorFrom } from './posterior';
import { type RunOptions, runStages, runStagesSync } from './run';
import { countParameters, PARTS, type Part } from './shapes';
import type { Stage } from './stage';
import type { Taps } from './taps';

const STAGES = { encoder: encoderStages, decoder: decoderStages };

/**
 * The KL autoencoder of latent diffusion (Rombach et al. 2022), exact for any diffusers `AutoencoderKL` of the plain
 * block types. Works on tfjs's current backend; its weights live there until `dispose()`.
 *
 * `encode` and `decode` are differentiable with respect to their input: `tf.grad((z) => vae.decode(z))(latent, dy)`.
 *
 * @example
 * const vae = AutoencoderKL.fromTensors(parseConfig(json), tensors);
 * const { mean } = vae.encode(image);
 * const decoded = vae.decode(mean);
 */
export class AutoencoderKL {
  /** Pixels per side of one latent cell. */
  readonly factor: number;
  /** The model's, or its file's, for messages; absent where nobody gave it. */
  readonly name: string | undefined;
  /** Numbers in all weights. */
  readonly parameterCount: number;
  private readonly stages: Partial<Record<Part, readonly Stage[]>> = {};

  /**
   * @param parameters the network owns them from here on
   * @param complete the halves of which they have all tensors; the other can follow (`completed`)
   * @throws InspectorError 'bad-model', naming tensors that are missing, or hold values that are not numbers
   */
  constructor(
    readonly config: AutoencoderConfig,
    private readonly parameters: Parameters,
    complete: readonly Part[] = PARTS,
  ) {
    this.factor = factor(config);
    this.name = parameters.name;
    this.parameterCount = countParameters(config);
    for (const part of complete) this.completed(part);
  }

  /** All tensors of this half have been added. Throws 'bad-model' where that is not so, or they hold values that are not numbers. */
  completed(part: Part): void {
    this.parameters.finish(part);
    this.stages[part] = STAGES[part](this.config, this.parameters);
  }

  get encoderStages(): readonly Stage[] {
    return this.require('encoder');
  }

  get decoderStages(): readonly Stage[] {
    return this.require('decoder');
  }

  /**
   * @param tensors diffusers names, PyTorch layouts; all of the network's tensors and no others.
   * @throws InspectorError 'bad-model', naming a tensor that is missing, unknown, of a wrong shape, or that holds values
   *   that are not numbers.
   */
  static fromTensors(
    config: AutoencoderConfig,
    tensors: Map<string, { shape: number[]; data: Float32Array }>,
  ): AutoencoderKL {
    const parameters = new Parameters(config);
    try {
      for (const [name, tensor] of tensors) parameters.add(name, tensor as TensorData);
      return new AutoencoderKL(config, parameters);
    } catch (error) {
      parameters.dispose();
      throw error;
    }
  }

  /**
   * @param image `[1, H, W, 3]` in [-1, 1], sides multiples of `factor`
   * @returns mean, clamped and raw log-variance, each `[1, H/f, W/f, C]`; the caller disposes them.
   * @throws InspectorError 'bad-image' for another shape.
   */
  encode(image: tf.Tensor4D, taps?: Taps): Posterior {
    this.checkImage(image);
    return tf.tidy(() => posteriorFrom(runStagesSync(this.encoderStages, image, taps)) as never);
  }

  /**
   * @param latent `[1, h, w, C]`, unscaled, as `encode` gives it
   * @returns `[1, h f, w f, 3]`, nominally in [-1, 1], not clamped; the caller disposes it.
   * @throws InspectorError 'bad-image' for another shape.
   */
  decode(latent: tf.Tensor4D, taps?: Taps): tf.Tensor4D {
    this.checkLatent(latent);
    return tf.tidy(() => runStagesSync(this.decoderStages, latent, taps));
  }

  /** `encode` in stages, for a worker that has to stay responsive. See `RunOptions.checkpoint`. */
  async encodeStaged(image: tf.Tensor4D, options?: RunOptions): Promise<Posterior> {
    this.checkImage(image);
    const moments = await runStages(this.encoderStages, image, options);
    try {
      return posteriorFrom(moments);
    } finally {
      moments.dispose();
    }
  }

  /** `decode` in stages, for a worker that has to stay responsive. See `RunOptions.checkpoint`. */
  async decodeStaged(latent: tf.Tensor4D, options?: RunOptions): Promise<tf.Tensor4D> {
    this.checkLatent(latent);
    return runStages(this.decoderStages, latent, options);
  }

  dispose(): void {
    this.parameters.dispose();
  }

  private require(part: Part): readonly Stage[] {
    const stages = this.stages[part];
    if (!stages) throw new Error(`The ${part}'s weights were not loaded.`);
    return stages;
  }

  private checkImage({ shape }: tf.Tensor4D): void {
    const { in_channels: channels } = this.config;
    const sides = shape.slice(1, 3);
    const fits = sides.every((side) => side > 0 && side % this.factor === 0);
    if (shape.length !== 4 || shape[0] !== 1 || shape[3] !== channels || !fits) {
      throw new InspectorError(
        'bad-image',
        `A picture of the shape [${shape}] cannot be encoded; the model takes [1, height, width, ${channels}].`,
        `Crop the picture to sides that are multiples of ${this.factor}.`,
      );
    }
  }

  private checkLatent({ shape }: tf.Tensor4D): void {
    const { latent_channels: channels } = this.config;
    if (shape.length !== 4 || shape[0] !== 1 || shape[3] !== channels || shape[1] < 1 || shape[2] < 1) {
      throw new InspectorError(
        'bad-image',
        `A latent of the shape [${shape}] cannot be decoded; the model takes [1, rows, cols, ${channels}].`,
      );
    }
  }
}
