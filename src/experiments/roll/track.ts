/** The place of a spot once its picture has been moved: at its cell as before, where its content went, or elsewhere. */
import { cellIndex, chebyshev, type Grid } from '@/latent/geometry';
import type { Cell, PosteriorData } from '@/latent/types';
import { type SpotScores, spotScores } from '@/measures/spots';
import { strongestCells } from '@/measures/strongest';

export const TRACKED = ['norm', 'rawLogvar'] as const;
export type Tracked = (typeof TRACKED)[number];

/** `undecided`: the cell as before and the place of the content are too close to be told apart. */
export const VERDICTS = ['stays', 'travels', 'neither', 'undecided'] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface Track {
  /** The strongest cell of the moved picture. */
  strongest: Cell;
  /** Its score, signed as all scores are. */
  score: number;
  /** The spot's cell if it stays; null outside the moved picture. */
  home: Cell | null;
  /** Its cell if it travels with its content; null outside the moved picture. */
  travelled: Cell | null;
  /** The scores there, whatever cell is strongest. */
  homeScore: number | null;
  travelledScore: number | null;
  /** Chebyshev distance of the strongest cell from either, cells. */
  homeDistance: number | null;
  travelledDistance: number | null;
  verdict: Verdict;
}

export type Tracks = Record<Tracked, Track>;
export type Tally = Record<Tracked, Record<Verdict, number>>;

/** The strongest cell by each tracked score. */
export function tracked(posterior: PosteriorData): Record<Tracked, Cell> {
  const { norm, rawLogvar } = strongestCells(posterior, spotScores(posterior));
  return { norm: norm.cell, rawLogvar: rawLogvar.cell };
}

/**
 * @param posterior of the moved picture
 * @param tolerance how many cells the strongest may lie from where its content went: 0, or 1 where the content was not moved
 *   by whole cells, so that what was one cell's is several's now
 */
export function follow(
  posterior: PosteriorData,
  home: Record<Tracked, Cell | null>,
  travelled: Record<Tracked, Cell | null>,
  tolerance: number,
): Tracks {
  const scores = spotScores(posterior);
  const one = (measure: Tracked) =>
    track(posterior, measure, scores, home[measure], travelled[measure], tolerance);
  return { norm: one('norm'), rawLogvar: one('rawLogvar') };
}

function track(
  grid: Grid,
  measure: Tracked,
  scores: SpotScores,
  home: Cell | null,
  travelled: Cell | null,
  tolerance: number,
): Track {
  const { cell: strongest, score } = strongestCells(grid, scores)[measure];
  const scoreAt = (cell: Cell | null) => cell && scores[measure].scores[cellIndex(cell, grid)];
  const distance = (cell: Cell | null) => cell && chebyshev(strongest, cell);
  const [homeDistance, travelledDistance] = [distance(home), distance(travelled)];
  return {
    strongest,
    score,
    home,
    travelled,
    homeScore: scoreAt(home),
    travelledScore: scoreAt(travelled),
    homeDistance,
    travelledDistance,
    verdict: verdictOf(home, travelled, homeDistance, travelledDistance, tolerance),
  };
}

function verdictOf(
  home: Cell | null,
  travelled: Cell | null,
  homeDistance: number | null,
  travelledDistance: number | null,
  tolerance: number,
): Verdict {
  if (home && travelled && chebyshev(home, travelled) <= tolerance) return 'undecided';
  if (homeDistance === 0) return 'stays';
  if (travelledDistance !== null && travelledDistance <= tolerance) return 'travels';
  return 'neither';
}

/** Counts how often each verdict was reached. */
export function tally(all: readonly Tracks[]): Tally {
  const count = (measure: Tracked) => {
    const counts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as Record<Verdict, number>;
    for (const tracks of all) counts[tracks[measure].verdict] += 1;
    return counts;
  };
  return { norm: count('norm'), rawLogvar: count('rawLogvar') };
}
