/** The loss of the picture itself when a spot is healed: the reconstruction held against the original. */

import { applyEdits, type Edit } from '@/edits';
import { cellIndex } from '@/latent/geometry';
import { pictureLevels } from '@/latent/pixels';
import type { Cell, Levels } from '@/latent/types';
import { change } from '@/measures/change';
import { psnr, psnrOfRms } from '@/measures/quality';
import { findSpots, type Spot, spotScores } from '@/measures/spots';
import type { ExperimentContext } from '../context';
import { healControl, healEdit } from '../healing';
import { decodeLevels, decodeWork, progress } from '../network';

export interface HealOptions {
  /** Number of cells, the strongest by any score first; by default 4. */
  limit?: number;
  /** Per cell, `[rows, cols]`, where it has been computed: a third score. */
  influence?: ArrayLike<number>;
}

/** PSNR of a reconstruction against the picture that was encoded, dB. */
export interface Fidelity {
  whole: number;
  /** Over the pixels within the radius of the cell. */
  near: number;
  /** Over the others; null where there are none. */
  far: number | null;
}

export interface Healed {
  cell: Cell;
  /** Scores of this cell, whichever it is beside. */
  scores: Spot['scores'];
  before: Fidelity;
  after: Fidelity;
}

export interface HealedSpot extends Healed {
  /** The same shift at the control cell; null where no cell is far enough away. */
  control: Healed | null;
  /** The control cell healed itself: what an ordinary cell's own news is worth. */
  healedControl: Healed | null;
}

export interface Heal {
  radius: number;
  /** PSNR of the reconstruction as it is, whole picture, dB. */
  psnr: number;
  /** Strongest first. They are listed whether or not they stand out enough to be called spots: see their scores. */
  spots: HealedSpot[];
}

/** Threshold of 0, with which half of all cells are candidates. */
const ANY_SCORE = 0;

export async function heal(
  context: ExperimentContext,
  { limit = 4, influence }: HealOptions = {},
): Promise<Heal> {
  const { vae, mean, posterior, picture, radius } = context;
  const scores = spotScores(posterior, influence);
  const { spots } = findSpots(posterior, scores, { threshold: ANY_SCORE, limit });
  const planned = spots.map(({ cell }) => ({
    cell,
    control: healControl(mean, cell, radius),
  }));
  const decodes = planned.reduce((sum, { control }) => sum + (control ? 3 : 1), 1);
  const work = decodeWork(vae, mean);
  const next = progress(context, work * decodes);
  const base = await decodeLevels(vae, mean, next(work, 'the picture as it is'));
  const original = pictureLevels(picture);

  const scoresOf = (cell: Cell) => {
    const at = cellIndex(cell, mean);
    return {
      norm: scores.norm.scores[at],
      rawLogvar: scores.rawLogvar.scores[at],
      influence: scores.influence?.scores[at] ?? null,
    };
  };
  const compare = async (cell: Cell, edits: readonly Edit[], doing: string): Promise<Healed> => {
    const decoded = await decodeLevels(vae, applyEdits(mean, edits), next(work, doing));
    const fidelity = (levels: Levels) => fidelityOf(original, levels, cell, vae.factor, radius);
    return { cell, scores: scoresOf(cell), before: fidelity(base), after: fidelity(decoded) };
  };
  const result: HealedSpot[] = [];
  for (const { cell, control } of planned) {
    const place = `cell (${cell.row}, ${cell.col})`;
    const healed = await compare(cell, healEdit(cell), `healing ${place}`);
    const at = control?.cells[0];
    result.push({
      ...healed,
      control: at ? await compare(at, control.edits, `the control of ${place}`) : null,
      healedControl: at ? await compare(at, healEdit(at), `healing the control of ${place}`) : null,
    });
  }
  return { radius, psnr: psnr(original, base), spots: result };
}

function fidelityOf(original: Levels, decoded: Levels, cell: Cell, factor: number, radius: number): Fidelity {
  const { nearRms, farPsnr, profile } = change(original, decoded, [cell], factor, radius);
  return {
    whole: psnr(original, decoded),
    near: psnrOfRms(nearRms),
    // The profile has one entry a ring: if it ends within the radius, no pixel is far.
    far: profile.length > radius + 1 ? farPsnr : null,
  };
}
