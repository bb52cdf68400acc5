/**
 * Scaled units, those in which diffusion models see a latent: `(latent - shift) * scale`, or where the model has statistics
 * `(latent - mean) / std * scale`.
 */
import type { Latent } from './types';

/**
 * The mean and standard deviation of a model's latents, one number a channel (`latents_mean`, `latents_std` of its configuration);
 * or one for each channel and place of a patch of `patch` x `patch` cells, in the order channel, row, column (FLUX.2's batch norm
 * over patches of 2 x 2).
 */
export interface LatentStatistics {
  mean: readonly number[];
  std: readonly number[];
  /** Cells on a side of the patch; 1 where there is one number a channel. */
  patch: number;
}

export interface Scaling {
  /** `scaling_factor` of the model's configuration. */
  scale: number;
  /** Its `shift_factor`; 0 where it has none. */
  shift: number;
  /** Statistics of the model's latents, where it has them; the shift is 0 then. */
  statistics?: LatentStatistics;
}

/** The fields of a model's configuration that say how its latents are scaled. */
export interface ScalingConfig {
  scaling_factor: number;
  shift_factor: number | null;
  latents_mean?: readonly number[];
  latents_std?: readonly number[];
  latent_channels?: number;
}

/**
 * The scaling that a configuration describes. Mean and standard deviation are used as diffusers' pipelines use them:
 * `z = x * std / scaling_factor + mean` (its `StableDiffusionXLPipeline`).
 */
export function scalingOf(config: ScalingConfig): Scaling {
  const { scaling_factor: scale, shift_factor, latents_mean: mean, latents_std: std } = config;
  if (!mean || !std) return { scale, shift: shift_factor ?? 0 };
  const places = mean.length / (config.latent_channels ?? mean.length);
  return { scale, shift: 0, statistics: { mean, std, patch: Math.sqrt(places) } };
}

/** Tells whether two scalings make the same numbers. */
export function sameScaling(a: Scaling, b: Scaling): boolean {
  return (
    a.scale === b.scale &&
    a.shift === b.shift &&
    JSON.stringify(a.statistics) === JSON.stringify(b.statistics)
  );
}

/** Shift and scale of every number of a latent, `[rows, cols, channels]`: its scaled value is `(value - shift) * scale`. */
export interface ExpandedScaling {
  shift: Float64Array;
  scale: Float64Array;
}

export function expandScaling(latent: Latent, { scale, shift, statistics }: Scaling): ExpandedScaling {
  const { rows, cols, channels } = latent;
  const count = rows * cols * channels;
  const expanded = { shift: new Float64Array(count).fill(shift), scale: new Float64Array(count).fill(scale) };
  if (!statistics) return expanded;
  const { mean, std, patch } = statistics;
  for (let at = 0; at < count; at++) {
    const channel = at % channels;
    const cell = Math.floor(at / channels);
    const [row, col] = [Math.floor(cell / cols) % patch, (cell % cols) % patch];
    const place = (channel * patch + row) * patch + col;
    expanded.shift[at] = mean[place];
    expanded.scale[at] = scale / std[place];
  }
  return expanded;
}

/** The numbers of a latent in scaled units, `[rows, cols, channels]`. */
export function scaledValues(latent: Latent, scaling: Scaling): Float64Array {
  const { shift, scale } = expandScaling(latent, scaling);
  return Float64Array.from(latent.data, (value, at) => (value - shift[at]) * scale[at]);
}

/**
 * The ways to keep a number x within a bound b, in scaled units: `clamp` cuts, min(b, max(-b, x)); `tanh` bends,
 * b tanh(x / b), and so changes every number a little.
 */
export const BOUNDINGS = ['clamp', 'tanh'] as const;
export type Bounding = (typeof BOUNDINGS)[number];

/** The latent with every number kept within [-bound, bound] in scaled units; raw units again. */
export function bounded(latent: Latent, scaling: Scaling, kind: Bounding, bound: number): Latent {
  const keep =
    kind === 'clamp'
      ? (x: number) => Math.min(bound, Math.max(-bound, x))
      : (x: number) => bound * Math.tanh(x / bound);
  const { shift, scale } = expandScaling(latent, scaling);
  // What is within a clamp's bound keeps its very number: no rounding on the way there and back.
  const data = latent.data.map((value, at) => {
    const scaled = (value - shift[at]) * scale[at];
    const kept = keep(scaled);
    return kept === scaled ? value : kept / scale[at] + shift[at];
  });
  return { ...latent, data };
}
