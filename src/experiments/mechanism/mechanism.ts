/**
 * The path by which a change travels. The edited latent is decoded four ways, with GroupNorm's statistics, the attention branch,
 * both or neither held as they were in the base pass. With both held only convolutions connect cells, so beyond their reach nothing
 * may change at all, and that is checked each time.
 */

import { ringDistances } from '@/latent/geometry';
import type { Cell, Change, Latent, Levels } from '@/latent/types';
import { change, differenceMap } from '@/measures/change';
import type { AutoencoderKL } from '@/vae/autoencoder';
import { decoderReceptiveRadius } from '@/vae/receptive';
import type { RunOptions } from '@/vae/run';
import { Activations, type Taps } from '@/vae/taps';
import { decodeOutput, levelsOf, type Output } from '../network';

export const ARMS = ['full', 'frozenNorm', 'frozenAttention', 'frozenBoth'] as const;
export type Arm = (typeof ARMS)[number];

const FROZEN: Record<Arm, { norm: boolean; attention: boolean }> = {
  full: { norm: false, attention: false },
  frozenNorm: { norm: true, attention: false },
  frozenAttention: { norm: false, attention: true },
  frozenBoth: { norm: true, attention: true },
};

/** An arm's picture, and what it changed. */
export interface ArmResult {
  change: Change;
  picture: Levels;
  /** RMS over red, green and blue of the change, levels, `[height, width]`. */
  difference: Float32Array<ArrayBuffer>;
  /** Mean squared change, levels squared, over the pixels further than `judgedBeyond` cells. */
  energy: number;
}

export interface Mechanism extends Record<Arm, ArmResult> {
  /** Reach of the decoder's convolutions alone, in cells. */
  receptiveRadius: number;
  /**
   * The largest |D| of *frozen both*, in units of the decoder's output (range 2), over the pixels beyond that reach: must be
   * 0. Null where the reach covers the whole picture, so that there is nothing to check.
   */
  beyondReceptiveField: number | null;
  /**
   * The distance, in cells, beyond which the paths are compared: the convolutions' reach, where the picture is larger than
   * that, for there GroupNorm and attention are alone; else the radius that separates near from far.
   */
  judgedBeyond: number;
}

export interface MechanismOptions {
  /** Awaited between stages of the five decodes, with the part of the whole that is done. */
  checkpoint?(fraction: number, doing: string): Promise<void> | void;
}

/**
 * @param mean the latent as it is
 * @param edited the same with the edits
 * @param cells the edited cells
 * @param radius Chebyshev radius, in cells, that separates near from far
 */
export async function mechanism(
  vae: AutoencoderKL,
  mean: Latent,
  edited: Latent,
  cells: readonly Cell[],
  radius: number,
  { checkpoint }: MechanismOptions = {},
): Promise<Mechanism> {
  const activations = new Activations();
  const decodes = ARMS.length + 1;
  let finished = 0;
  const decode = async (latent: Latent, taps: Taps, doing: string): Promise<Output> => {
    const options: RunOptions = {
      taps,
      checkpoint: (done, total) => checkpoint?.((finished + done / total) / decodes, doing),
    };
    const output = await decodeOutput(vae, latent, options);
    finished += 1;
    return output;
  };
  try {
    const base = await decode(mean, activations.record(), 'base');
    const baseLevels = levelsOf(base);
    const receptiveRadius = decoderReceptiveRadius(vae.config);
    const rings = ringDistances({ rows: mean.rows, cols: mean.cols }, cells);
    const isLarger = cells.length > 0 && rings.some((ring) => ring > receptiveRadius);
    const judgedBeyond = isLarger ? receptiveRadius : radius;
    const result = { receptiveRadius, beyondReceptiveField: null, judgedBeyond } as unknown as Mechanism;
    for (const arm of ARMS) {
      const output = await decode(edited, activations.replay(FROZEN[arm]), arm);
      const picture = levelsOf(output);
      result[arm] = {
        picture,
        difference: differenceMap(baseLevels, picture),
        change: change(baseLevels, picture, cells, vae.factor, radius),
        energy: change(baseLevels, picture, cells, vae.factor, judgedBeyond).farRms ** 2,
      };
      if (arm === 'frozenBoth' && isLarger)
        result.beyondReceptiveField = largestBeyond(base, output, rings, vae.factor, receptiveRadius);
    }
    return result;
  } finally {
    activations.dispose();
  }
}

/** The change at the judged pixels in parts that add up to it, by what carried them; levels squared. */
export interface Carriers {
  full: number;
  /** The part that is left with both frozen: exactly 0 beyond the convolutions' reach. */
  convolutions: number;
  /** Parts that GroupNorm and attention add to it: Shapley values, which may be negative where they counteract. */
  norm: number;
  attention: number;
  /** The same over their sum; null where they add nothing to what the convolutions do. */
  normShare: number | null;
  attentionShare: number | null;
}

/**
 * Divides the change between GroupNorm and attention. Each alone does not tell, for they act on each other: a part's
 * value is the mean of what it adds without the other and with it (Shapley, "A Value for n-Person Games", 1953).
 */
export function carriers(arms: Record<Arm, { energy: number }>): Carriers {
  const full = arms.full.energy;
  const normAlone = arms.frozenAttention.energy;
  const attentionAlone = arms.frozenNorm.energy;
  const convolutions = arms.frozenBoth.energy;
  const norm = (normAlone - convolutions + (full - attentionAlone)) / 2;
  const attention = (attentionAlone - convolutions + (full - normAlone)) / 2;
  const sum = full - convolutions;
  return {
    full,
    convolutions,
    norm,
    attention,
    normShare: sum > 0 ? norm / sum : null,
    attentionShare: sum > 0 ? attention / sum : null,
  };
}

function largestBeyond(
  base: Output,
  output: Output,
  rings: ArrayLike<number>,
  factor: number,
  reach: number,
): number {
  const cols = base.width / factor;
  let largest = 0;
  for (let y = 0, at = 0; y < base.height; y++) {
    const first = Math.floor(y / factor) * cols;
    for (let x = 0; x < base.width; x++, at += 3) {
      if (rings[first + Math.floor(x / factor)] <= reach) continue;
      for (let colour = 0; colour < 3; colour++) {
        const size = Math.abs(output.data[at + colour] - base.data[at + colour]);
        // A value that is no number must not pass for no change.
        if (!(size <= largest)) largest = size;
      }
    }
  }
  return largest;
}
