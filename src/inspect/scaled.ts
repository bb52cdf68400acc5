/** Scaled units, those in which diffusion models see a latent: `(latent - shift) * scale`. */
import type { Latent } from './types';

export interface Scaling {
  /** `scaling_factor` of the model's configuration. */
  scale: number;
  /** Its `shift_factor`; 0 where it has none. */
  shift: number;
}

export function scalingOf(config: { scaling_factor: number; shift_factor: number | null }): Scaling {
  return { scale: config.scaling_factor, shift: config.shift_factor ?? 0 };
}

/** The numbers of a latent in scaled units, `[rows, cols, channels]`. */
export function scaledValues({ data }: Latent, { scale, shift }: Scaling): Float64Array {
  return Float64Array.from(data, (value) => (value - shift) * scale);
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
  const { scale, shift } = scaling;
  // What is within a clamp's bound keeps its very number: no rounding on the way there and back.
  const data = latent.data.map((value) => {
    const scaled = (value - shift) * scale;
    const kept = keep(scaled);
    return kept === scaled ? value : kept / scale + shift;
  });
  return { ...latent, data };
}
