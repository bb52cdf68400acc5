/**
 * The one change that the guide makes: the numbers of its first cell moved to the mean of their neighbours (heal), weaker or
 * stronger, and the very same shift at any other cell. So a cell and its control get the same.
 */
import { cellShifts, type Edit } from '@/edits';
import { cellAt } from '@/latent/geometry';
import { meanNorm, posteriorMean } from '@/latent/layers';
import { robustScores } from '@/latent/statistics';
import type { Cell, PosteriorData } from '@/latent/types';
import { controlCell } from '@/measures/control';
import type { Edits } from '../history';

export interface GuideChange {
  /** The cell that is asked about: where a spot was planted, else the one whose |mean| stands out most. */
  spot: Cell;
  /** True where the spot was planted, so that it is known. */
  isPlanted: boolean;
  /** Its control; null where the latent is too small to have one. */
  ordinary: Cell | null;
  /** The whole shift, one number a channel, raw units. */
  delta: readonly number[];
}

/** The last one of each latent: a slider asks for it with every step of the hand. */
const known = new WeakMap<PosteriorData, { planted: Cell | null; radius: number; change: GuideChange }>();

/**
 * The change for an open latent.
 * @param planted the cell of a planted spot, where one is known
 * @param radius cells that are near
 */
export function guideChange(posterior: PosteriorData, planted: Cell | null, radius: number): GuideChange {
  const last = known.get(posterior);
  if (last && last.planted === planted && last.radius === radius) return last.change;
  const mean = posteriorMean(posterior);
  const isPlanted = planted !== null && planted.row < mean.rows && planted.col < mean.cols;
  const spot = isPlanted ? planted : strongest(posterior);
  const [shift] = cellShifts(mean, [{ kind: 'heal', cell: spot }]);
  const change = {
    spot,
    isPlanted,
    ordinary: controlCell(mean, [spot], radius),
    delta: shift?.delta ?? new Array<number>(mean.channels).fill(0),
  };
  known.set(posterior, { planted, radius, change });
  return change;
}

/** The edits that make so much of the change at a cell; none for 0. */
export function changeEdits({ delta }: GuideChange, cell: Cell, strength: number): Edits {
  return strength === 0
    ? []
    : [{ kind: 'add', cell, values: delta.map((value) => value * strength) } satisfies Edit];
}

/** How much of the change these edits make, and where; null where they make another one. `cell` null: they change nothing. */
export function madeOf({ delta }: GuideChange, edits: Edits): { cell: Cell | null; strength: number } | null {
  const [edit, ...others] = edits;
  if (!edit) return { cell: null, strength: 0 };
  if (edit.kind !== 'add' || others.length > 0 || edit.enabled === false) return null;
  if (edit.values.length !== delta.length) return null;
  const largest = delta.reduce(
    (best, value, c) => (Math.abs(value) > Math.abs(delta[best] ?? 0) ? c : best),
    0,
  );
  const whole = delta[largest] ?? 0;
  const strength = whole === 0 ? 0 : (edit.values[largest] ?? 0) / whole;
  // A recorded latent is kept in half precision, so its change is a little off the live one's.
  const near = (value: number, c: number) =>
    Math.abs(value - strength * (delta[c] ?? 0)) <= 0.01 * Math.abs(strength * whole);
  return edit.values.every(near) ? { cell: edit.cell, strength } : null;
}

function strongest(posterior: PosteriorData): Cell {
  const { scores } = robustScores(meanNorm(posteriorMean(posterior)));
  let best = 0;
  for (let index = 1; index < scores.length; index++) {
    if ((scores[index] ?? 0) > (scores[best] ?? 0)) best = index;
  }
  return cellAt(best, posterior);
}
