/** The effect: a change beside its control, and the sentence that follows from the numbers. */
import type { Cell, Change, Effect } from '@/latent/types';

/** A change whose control may be missing, because no cell was far enough away. */
export type Outcome = Change & {
  radius: number;
  /** `pending`: not known yet. */
  control: (Change & { cell: Cell }) | null | 'pending';
};

/** Below this a change is named as a bound, not as a number: it is under float32 and rounding in the decoder. */
export const SMALLEST_NAMED = 0.01;

/**
 * Puts a change beside the same change at the control cell.
 *
 * `ratio` is `farRms / control.farRms`: Infinity where only the control left the far picture exactly as it was,
 * NaN where both did, or where no pixel is far: then there is nothing to compare.
 */
export function makeEffect(own: Change, control: Change & { cell: Cell }, radius: number): Effect {
  return { ...own, radius, control, ratio: own.farRms / control.farRms };
}

/**
 * Says an effect in plain words, with numbers a reader can check. Tiny changes are given as a bound, and a ratio is
 * never formed from them.
 * @param cells how many cells were edited
 */
export function sentence(effect: Outcome, cells = 1): string {
  const subject = cells === 1 ? 'Changing this one cell' : `Changing these ${cells} cells`;
  if (!hasFar(effect)) {
    return `${subject} moved the picture by ${levels(effect.nearRms)}. No pixel lies more than ${effect.radius} cells away, so there is no far picture to compare.`;
  }
  const own =
    effect.farRms === 0
      ? `${subject} left the far picture exactly as it was`
      : `${subject} moved the far picture by ${levels(effect.farRms)}`;
  if (!effect.control) {
    return `${own}. There is no ordinary cell far enough away to compare it with.`;
  }
  if (effect.control === 'pending') return `${own}. The same change at an ordinary cell is not decoded yet.`;
  if (!hasFar({ ...effect.control, radius: effect.radius })) {
    return `${own}. The radius of ${effect.radius} cells covers the whole picture around its control, so there is nothing to compare it with.`;
  }
  const same = `the same change at ${cells === 1 ? 'an ordinary cell' : 'ordinary cells'}`;
  if (formatLevels(effect.farRms) === formatLevels(effect.control.farRms)) return `${own}; so did ${same}.`;
  const moved =
    effect.control.farRms === 0 ? 'did not move it' : `moved it by ${formatLevels(effect.control.farRms)}`;
  return `${own}; ${same} ${moved}.`;
}

/** Tells whether any pixel is far: `profile` has one entry a ring, and if it ends within the radius, none is. */
export function hasFar({ profile, radius }: Pick<Outcome, 'profile' | 'radius'>): boolean {
  return profile.length > radius + 1;
}

/** "9.3 levels", "1 level", "less than 0.01 levels". */
export function levels(value: number): string {
  const text = formatLevels(value);
  return text === '1' ? '1 level' : `${text} levels`;
}

/** A number of levels in the middle of a sentence, see `roundLevels`; below what is named it is "less than 0.01". */
export function formatLevels(value: number): string {
  if (!Number.isFinite(value)) return 'an unknown number of';
  return isNamed(value) ? roundLevels(value) : `less than ${SMALLEST_NAMED}`;
}

/** Tells whether a change is given as a number: it is zero, or not below `SMALLEST_NAMED`. */
export function isNamed(value: number): boolean {
  return value === 0 || Math.abs(value) >= SMALLEST_NAMED;
}

/**
 * The one rounding of levels, wherever they are shown to people: two significant figures, from 100 on whole levels. So many that
 * a ratio, which has two as well, can be found again from the two numbers beside it: 120, 50, 9.3, 0.21, 0.041.
 */
export function roundLevels(value: number): string {
  return String(Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(2)));
}
