import type { EffectView } from './useEffectView';

type Standing = Pick<
  EffectView,
  'ownOld' | 'ownCells' | 'controlOld' | 'again' | 'controlAgain' | 'replaced'
>;

/** What numbers belong to that are not of the current edits; null where they are. */
export function previousOf({ ownOld, ownCells, again, replaced }: Standing): 'model' | 'edit' | null {
  return replaced ? 'model' : ownOld && ownCells > 0 && !again ? 'edit' : null;
}

/** Head of the column of the change. */
export function ownHeading(view: Standing, current: string): string {
  const previous = previousOf(view);
  return previous ? `previous ${previous}` : current;
}

/** Head of the column of the control, where it is not of the current edits; null where it is. */
export function oldControlHeading({ controlOld, controlAgain, replaced }: Standing): string | null {
  return replaced || (controlOld && !controlAgain) ? 'previous control' : null;
}
