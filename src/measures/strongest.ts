/** The cells that stand out most, whether or not they stand out enough to be called spots. */
import { cellAt, type Grid } from '@/latent/geometry';
import { meanNorm } from '@/latent/layers';
import { robustScores } from '@/latent/statistics';
import type { Cell, Latent } from '@/latent/types';
import { prominence, type SpotMeasure, type SpotScores } from './spots';

export interface Strongest {
  cell: Cell;
  /** Signed as `(x - median) / (1.4826 MAD)`: for the raw log-variance low stands out. */
  score: number;
}

export type StrongestCells = Record<Exclude<SpotMeasure, 'influence'>, Strongest> & {
  /** Null where the influence has not been computed. */
  influence: Strongest | null;
};

/** The strongest cell by each score; the first in row-major order of equal ones. */
export function strongestCells(grid: Grid, scores: SpotScores): StrongestCells {
  return {
    norm: strongest(grid, 'norm', scores.norm.scores),
    rawLogvar: strongest(grid, 'rawLogvar', scores.rawLogvar.scores),
    influence: scores.influence && strongest(grid, 'influence', scores.influence.scores),
  };
}

/** The strongest cell by |mean| of a latent without its posterior. */
export function strongestByNorm(latent: Latent): Strongest {
  return strongest(latent, 'norm', robustScores(meanNorm(latent)).scores);
}

function strongest(grid: Grid, measure: SpotMeasure, scores: ArrayLike<number>): Strongest {
  let best = 0;
  for (let index = 1; index < scores.length; index++) {
    if (prominence(measure, scores[index]) > prominence(measure, scores[best])) best = index;
  }
  return { cell: cellAt(best, grid), score: scores[best] };
}
