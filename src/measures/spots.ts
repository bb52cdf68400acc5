/**
 * Spots: cells that stand out. Three scores are kept apart, never blended into one: a cell may be bright without
 * being influential, and which of the two it is is the question.
 */
import { cellAt, type Grid } from '@/latent/geometry';
import { channelAverage, meanNorm, posteriorMean } from '@/latent/layers';
import { type RobustScores, robustScores } from '@/latent/statistics';
import type { Cell, PosteriorData } from '@/latent/types';

export type SpotMeasure = 'norm' | 'rawLogvar' | 'influence';

/**
 * A score from which a cell counts as standing out, in robust standard deviations: 3.5, the value that Iglewicz and
 * Hoaglin ("How to Detect and Handle Outliers", 1993) recommend for scores built on the median and the MAD.
 */
export const SPOT_THRESHOLD = 3.5;

export interface SpotScores {
  /** Scores of |mean|; high stands out. */
  norm: RobustScores;
  /** Scores of the channel mean of the raw log-variance; low stands out: the encoder is unusually sure there. */
  rawLogvar: RobustScores;
  /** Scores of the influence, where it has been computed; high stands out. */
  influence: RobustScores | null;
}

export interface Spot {
  cell: Cell;
  /** The scores beyond the threshold, by how far they are beyond it; at least one. */
  reasons: { measure: SpotMeasure; score: number }[];
  /** All scores of the cell, signed as `(x - median) / (1.4826 MAD)`. */
  scores: { norm: number; rawLogvar: number; influence: number | null };
}

export interface SpotList {
  /** Strongest first, at most `limit`. */
  spots: Spot[];
  /** Number of cells that stand out altogether. */
  found: number;
  threshold: number;
}

/** The three scores of every cell. `influence` is `[rows, cols]`. */
export function spotScores(posterior: PosteriorData, influence?: ArrayLike<number>): SpotScores {
  return {
    norm: robustScores(meanNorm(posteriorMean(posterior))),
    rawLogvar: robustScores(channelAverage(posterior.rawLogvar, posterior.channels)),
    influence: influence ? robustScores(influence) : null,
  };
}

/** Tells how much a score speaks for a spot: the sign is turned where low stands out. */
export function prominence(measure: SpotMeasure, score: number): number {
  return measure === 'rawLogvar' ? -score : score;
}

/**
 * The cells of which any score reaches `threshold`, ordered by their single strongest score; equal ones (also those
 * without a scale, see `robustScores`) in row-major order. The order compares scores; it never adds them.
 */
export function findSpots(
  grid: Grid,
  scores: SpotScores,
  { threshold = SPOT_THRESHOLD, limit = 12 }: { threshold?: number; limit?: number } = {},
): SpotList {
  const found: { spot: Spot; strength: number }[] = [];
  for (let index = 0; index < grid.rows * grid.cols; index++) {
    const own = {
      norm: scores.norm.scores[index],
      rawLogvar: scores.rawLogvar.scores[index],
      influence: scores.influence ? scores.influence.scores[index] : null,
    };
    const reasons = (['norm', 'rawLogvar', 'influence'] as const)
      .flatMap((measure) => {
        const score = own[measure];
        return score !== null && prominence(measure, score) >= threshold ? [{ measure, score }] : [];
      })
      .sort((a, b) => descending(prominence(a.measure, a.score), prominence(b.measure, b.score)));
    if (reasons.length === 0) continue;
    found.push({
      spot: { cell: cellAt(index, grid), reasons, scores: own },
      strength: prominence(reasons[0].measure, reasons[0].score),
    });
  }
  // Array.prototype.sort is stable, so ties stay in row-major order.
  found.sort((a, b) => descending(a.strength, b.strength));
  return { spots: found.slice(0, limit).map(({ spot }) => spot), found: found.length, threshold };
}

/** Compares without subtracting: Infinity minus Infinity is not a number. */
function descending(a: number, b: number): number {
  return a === b ? 0 : a > b ? -1 : 1;
}
