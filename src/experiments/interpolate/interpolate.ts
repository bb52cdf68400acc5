/** Pictures between two latents, with the spots going along or held. */

import { applyEdits, cellValues, type Edit } from '@/edits';
import { between, type Path } from '@/latent/between';
import { sameCell } from '@/latent/geometry';
import { toPixels } from '@/latent/pixels';
import type { Cell, Latent, Levels } from '@/latent/types';
import { change } from '@/measures/change';
import { psnr, rmsBetween } from '@/measures/quality';
import { strongestByNorm } from '@/measures/strongest';
import { type ExperimentContext, type Picture, scalingIn } from '../context';
import { decodeLevels, decodeWork, progress } from '../network';

/** The ways of the spots between the ends: go along, stay as in either end, or become the mean of their neighbours. */
export const SPOT_WAYS = ['along', 'fromA', 'fromB', 'healed'] as const;
export type SpotWay = (typeof SPOT_WAYS)[number];

export interface InterpolateOptions {
  /** The other end, B; A is the context's mean. */
  other: Latent;
  /** Number of pictures, both ends among them; one is A alone. */
  steps: number;
  path?: Path;
  spots?: SpotWay;
  /** The spots; by default the strongest cell by |mean| of either end. */
  cells?: readonly Cell[];
}

/** Distance of a picture from the decode of an end. */
export interface Distance {
  /** Levels, whole picture. */
  rms: number;
  /** dB; Infinity at the end itself. */
  psnr: number;
  /** Levels, over the pixels far from the spots. */
  farRms: number;
}

export interface InterpolatedStep {
  /** 0 at A, 1 at B. */
  t: number;
  picture: Picture;
  fromA: Distance;
  fromB: Distance;
}

export interface Interpolation {
  path: Path;
  spots: SpotWay;
  cells: Cell[];
  radius: number;
  /** Distance of one end from the other: the scale of the others. */
  ends: Distance;
  steps: InterpolatedStep[];
}

/** @throws InspectorError `bad-edit` where the latents differ in shape */
export async function interpolate(
  context: ExperimentContext,
  options: InterpolateOptions,
): Promise<Interpolation> {
  const { vae, mean, radius } = context;
  const { other, steps, path = 'linear', spots = 'along' } = options;
  const cells = [...(options.cells ?? brightestOf(mean, other))];
  const scaling = scalingIn(context);
  const latents = Array.from({ length: steps }, (_, index) => {
    const t = index / Math.max(1, steps - 1);
    return { t, latent: withSpots(between(mean, other, t, path, scaling), mean, other, cells, spots) };
  });
  const work = decodeWork(vae, mean);
  const next = progress(context, work * (steps + 2));
  const a = await decodeLevels(vae, mean, next(work, 'one end'));
  const b = await decodeLevels(vae, other, next(work, 'the other end'));
  const distance = (from: Levels, to: Levels): Distance => ({
    rms: rmsBetween(from, to),
    psnr: psnr(from, to),
    farRms: change(from, to, cells, vae.factor, radius).farRms,
  });
  const result: InterpolatedStep[] = [];
  for (const [index, { t, latent }] of latents.entries()) {
    const decoded = await decodeLevels(vae, latent, next(work, `picture ${index + 1} of ${steps}`));
    result.push({ t, picture: toPixels(decoded), fromA: distance(a, decoded), fromB: distance(b, decoded) });
  }
  return { path, spots, cells, radius, ends: distance(a, b), steps: result };
}

function withSpots(latent: Latent, a: Latent, b: Latent, cells: readonly Cell[], spots: SpotWay): Latent {
  if (spots === 'along') return latent;
  const edits = cells.map((cell): Edit => {
    if (spots === 'healed') return { kind: 'heal', cell };
    return { kind: 'paste', cell, values: cellValues(spots === 'fromA' ? a : b, cell) };
  });
  return applyEdits(latent, edits);
}

function brightestOf(a: Latent, b: Latent): Cell[] {
  const [first, second] = [a, b].map((latent) => strongestByNorm(latent).cell);
  return sameCell(first, second) ? [first] : [first, second];
}
