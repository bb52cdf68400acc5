import { comparison } from '@/measures/comparison';
import { type Outcome, sentence } from '@/measures/effect';
import type { Side } from '../sides/sideNames';
import type { EffectView } from './useEffectView';

const INVITATION = 'Nothing is changed. Change one cell and see how far it reaches';

/** The change with its control, as far as they belong together; null where no change is decoded. */
function outcomeOf(view: EffectView): Outcome | null {
  if (!view.own || view.ownCells === 0) return null;
  // A control of other edits must not stand beside these.
  const belongs =
    view.controlOld === view.ownOld ||
    // Where a recording gives way to the engine, both are of the same edits, whichever is computed first.
    ((!view.ownOld || view.again) && (!view.controlOld || view.controlAgain));
  const control = view.missing ? null : belongs ? view.control : null;
  return { ...view.own, radius: view.radius, control: control ?? (view.missing ? null : 'pending') };
}

/** One sentence in plain words that follows from the numbers, or what to do to get one. */
export function sentenceOf(view: EffectView): string {
  if (view.noDecoder) return `${view.noDecoder} Its latent is what its encoder made of the picture.`;
  if (view.cells === 0) return `${INVITATION}.`;
  const outcome = outcomeOf(view);
  return outcome ? sentence(outcome, view.ownCells) : 'This change is not decoded yet.';
}

/**
 * The same of two models. Numbers of earlier edits do not enter: they would be compared with those of others.
 * @param absent why the second model shows nothing yet: "is still being opened"
 */
export function comparisonOf(
  views: Record<Side, EffectView>,
  names: Record<Side, string>,
  leftOut: string | null,
  absent: string | null = null,
): string {
  const broken = (['a', 'b'] as const).filter((side) => views[side].noDecoder);
  if (broken.length > 0) {
    return broken.map((side) => `${names[side]}: ${views[side].noDecoder}`).join(' ');
  }
  if (views.a.cells === 0) return `${INVITATION} in each model.`;
  const compared = (side: Side) => ({
    name: names[side],
    cells: views[side].cells,
    outcome: views[side].ownOld ? null : outcomeOf(views[side]),
  });
  return comparison(compared('a'), { ...compared('b'), absent }, leftOut);
}

/** Tells whether all that can be said of the current edits is there. */
export function isComplete(view: EffectView): boolean {
  if (view.cells === 0 || !view.own || view.ownOld || view.controlOld) return false;
  return view.control !== null || view.missing !== null;
}
