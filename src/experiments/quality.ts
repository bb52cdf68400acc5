/** Quality of a changed latent's picture: beside the decode of the latent as it is, and beside the picture itself. */

import { pictureLevels } from '@/latent/pixels';
import type { Cell, Levels } from '@/latent/types';
import { change } from '@/measures/change';
import { psnr, psnrOfRms, rmsOfPsnr } from '@/measures/quality';
import { strongestByNorm } from '@/measures/strongest';
import type { ExperimentContext } from './context';

/** PSNR in dB; Infinity where nothing differs. */
export interface Quality {
  /** Against the decode of the latent as it is, whole picture. */
  psnrBase: number;
  /** Against the picture that was encoded, whole picture. */
  psnrPicture: number;
  /** RMS difference from the decode of the latent as it is, levels, near and far from the experiment's cells. */
  nearRms: number;
  farRms: number;
}

export function quality(
  { vae, picture, radius }: ExperimentContext,
  base: Levels,
  decoded: Levels,
  cells: readonly Cell[],
): Quality {
  const { nearRms, farRms } = change(base, decoded, cells, vae.factor, radius);
  return {
    psnrBase: psnr(base, decoded),
    psnrPicture: psnr(pictureLevels(picture), decoded),
    nearRms,
    farRms,
  };
}

/** The quality of several draws as of one: mean squared errors are averaged. */
export function meanQuality(all: readonly Quality[]): Quality {
  const average = (rms: (each: Quality) => number) =>
    Math.sqrt(all.reduce((sum, each) => sum + rms(each) ** 2, 0) / all.length);
  return {
    psnrBase: psnrOfRms(average(({ psnrBase }) => rmsOfPsnr(psnrBase))),
    psnrPicture: psnrOfRms(average(({ psnrPicture }) => rmsOfPsnr(psnrPicture))),
    nearRms: average(({ nearRms }) => nearRms),
    farRms: average(({ farRms }) => farRms),
  };
}

/** The cell that stands out most by |mean|: the spot, where an experiment is given no other. */
export function brightest({ mean }: Pick<ExperimentContext, 'mean'>): Cell {
  return strongestByNorm(mean).cell;
}
