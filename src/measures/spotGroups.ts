/**
 * Spots by measure: how many cells stand out in each, how many would in a bell curve, and whether one stands apart from all others.
 * That is what tells a spot from the tail of a distribution.
 */
import { cellAt, type Grid } from '@/latent/geometry';
import type { Cell } from '@/latent/types';
import { prominence, SPOT_THRESHOLD, type SpotMeasure, type SpotScores } from './spots';

/** A cell stands apart where its score is at least so many times that of the next one. */
export const APART = 2;

export interface SpotGroup {
  measure: SpotMeasure;
  /** The cells beyond the threshold, strongest first, at most `limit`; equal ones in row-major order. */
  cells: { cell: Cell; score: number }[];
  /** Number of cells beyond the threshold. */
  found: number;
  /** Number of cells of a normal population that would lie beyond it. */
  expected: number;
  /** The score of the second strongest cell, beyond the threshold or not; null where there is none. */
  next: number | null;
  /** True where the strongest is beyond the threshold, and `APART` times the next one. */
  apart: boolean;
}

/**
 * The measures in the order of what they say about reaching far: influence first, which measures just that, where it is computed.
 * `measures` leaves out those that are not known, as the log-variance of a latent from a file.
 */
export function spotGroups(
  grid: Grid,
  scores: SpotScores,
  {
    threshold = SPOT_THRESHOLD,
    limit = 12,
    measures = ['influence', 'norm', 'rawLogvar'],
  }: { threshold?: number; limit?: number; measures?: readonly SpotMeasure[] } = {},
): SpotGroup[] {
  return measures.flatMap((measure) => {
    const own = scores[measure];
    if (!own) return [];
    const order = Array.from(own.scores, (score, index) => ({ score, index, by: prominence(measure, score) }))
      .filter(({ by }) => !Number.isNaN(by))
      // Infinity minus Infinity is not a number; the sort is stable.
      .sort((a, b) => (a.by === b.by ? 0 : a.by > b.by ? -1 : 1));
    const [first, second] = order;
    const found = order.filter(({ by }) => by >= threshold);
    return [
      {
        measure,
        cells: found.slice(0, limit).map(({ index, score }) => ({ cell: cellAt(index, grid), score })),
        found: found.length,
        expected: grid.rows * grid.cols * upperTail(threshold),
        next: second?.score ?? null,
        apart:
          first !== undefined &&
          first.by >= threshold &&
          (second === undefined || (first.by > second.by && first.by >= APART * second.by)),
      },
    ];
  });
}

/**
 * The share of a normal population beyond `z` standard deviations on one side, for z >= 0: Abramowitz and Stegun, Handbook of
 * Mathematical Functions, 26.2.17, exact to 7.5e-8.
 */
export function upperTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
}
