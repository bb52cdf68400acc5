/** Noise that the decoder bears, and where: on all cells, on the spots alone, on all but them, on ordinary cells. */

import { applyEdits, cellValues, type Edit } from '@/edits';
import { cellIndex } from '@/latent/geometry';
import { normalField, withNoise } from '@/latent/normalField';
import { pictureLevels } from '@/latent/pixels';
import type { Cell, Latent } from '@/latent/types';
import { controlEdits } from '@/measures/control';
import { psnr } from '@/measures/quality';
import type { ExperimentContext } from '../context';
import { decodeLevels, decodeWork, progress } from '../network';
import { brightest, meanQuality, type Quality, quality } from '../quality';

/** `control`: the very noise of the spots, added at their control cells. */
export const NOISE_ARMS = ['all', 'spots', 'rest', 'control'] as const;
export type NoiseArm = (typeof NOISE_ARMS)[number];

export interface NoiseOptions {
  /** Strengths, in each channel's own standard deviation over the cells. */
  sigmas: readonly number[];
  /** The spots; by default the strongest cell by |mean|. */
  cells?: readonly Cell[];
  /** One draw a seed, of which the mean squared errors are averaged; by default one. */
  seeds?: readonly number[];
}

/** Near and far are from the spots; in the arm `control`, from the control cells. */
export type NoisePoint = Quality & { sigma: number };

export interface Noise {
  spots: Cell[];
  /** Null where no cells are far enough away. */
  controls: Cell[] | null;
  seeds: number[];
  /** PSNR of the decode without noise against the picture, dB. */
  psnrPicture: number;
  /** One point a sigma, in their order. */
  arms: Record<Exclude<NoiseArm, 'control'>, NoisePoint[]> & { control: NoisePoint[] | null };
}

export async function noise(
  context: ExperimentContext,
  { sigmas, cells = [brightest(context)], seeds = [1] }: NoiseOptions,
): Promise<Noise> {
  const { vae, mean, picture, radius } = context;
  const spots = [...cells];
  const controls = controlsOf(mean, spots, radius);
  const arms = NOISE_ARMS.filter((arm) => arm !== 'control' || controls);
  const work = decodeWork(vae, mean);
  const next = progress(context, work * (1 + arms.length * sigmas.length * seeds.length));
  const base = await decodeLevels(vae, mean, next(work, 'the picture as it is'));
  const fields = seeds.map((seed) => normalField(mean, seed));

  const point = async (arm: NoiseArm, sigma: number): Promise<NoisePoint> => {
    const around = arm === 'control' && controls ? controls : spots;
    const draws: Quality[] = [];
    for (const field of fields) {
      const noisy = noisyLatent(mean, field, sigma, arm, spots, around);
      const decoded = await decodeLevels(vae, noisy, next(work, `noise of ${sigma} sigma, ${arm}`));
      draws.push(quality(context, base, decoded, around));
    }
    return { sigma, ...meanQuality(draws) };
  };
  const curves = {} as Record<NoiseArm, NoisePoint[]>;
  for (const arm of arms) {
    curves[arm] = [];
    for (const sigma of sigmas) curves[arm].push(await point(arm, sigma));
  }
  return {
    spots,
    controls,
    seeds: [...seeds],
    psnrPicture: psnr(pictureLevels(picture), base),
    arms: { ...curves, control: controls && curves.control },
  };
}

function noisyLatent(
  mean: Latent,
  field: ArrayLike<number>,
  sigma: number,
  arm: NoiseArm,
  spots: readonly Cell[],
  around: readonly Cell[],
): Latent {
  const own = new Set(spots.map((cell) => cellIndex(cell, mean)));
  switch (arm) {
    case 'all':
      return withNoise(mean, field, sigma);
    case 'rest':
      return withNoise(mean, field, sigma, (cell) => !own.has(cell));
    case 'spots':
      return withNoise(mean, field, sigma, (cell) => own.has(cell));
    case 'control': {
      const noisy = withNoise(mean, field, sigma, (cell) => own.has(cell));
      const edits = spots.map((cell, index): Edit => {
        const before = cellValues(mean, cell);
        const values = cellValues(noisy, cell).map((value, channel) => value - before[channel]);
        return { kind: 'add', cell: around[index], values };
      });
      return applyEdits(mean, edits);
    }
  }
}

/** One control a spot: which cells they are depends on the spots' places alone, not on what is added there. */
function controlsOf(mean: Latent, spots: readonly Cell[], radius: number): Cell[] | null {
  const edits = spots.map((cell): Edit => ({ kind: 'zero', cell }));
  return controlEdits(mean, edits, radius)?.cells ?? null;
}
