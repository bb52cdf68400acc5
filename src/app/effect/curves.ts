import { LETTERS, SIDES } from '../sides/sideNames';
import type { EffectView } from './useEffectView';

/** A line of the ring profile. */
export interface Curve {
  /** Name of the line on the page: alone `own` and `control`, in a comparison `a`, `a-control`, `b`, `b-control`. */
  kind: string;
  /** Index of the view that it belongs to. */
  side: number;
  /** "A " before its numbers in a comparison; nothing where there is one model. */
  name: string;
  control: boolean;
  profile: readonly number[];
  old: boolean;
}

/** The effect in one model, or in both of a comparison. */
export type EffectViews = readonly [EffectView] | readonly [EffectView, EffectView];

/** The lines of one model, or of two; controls first, so that they lie under the others. */
export function curvesOf(views: EffectViews): Curve[] {
  const comparing = views.length > 1;
  const curves = SIDES.flatMap((letter, side) => {
    const view = views[side];
    if (!view) return [];
    const shown = view.cells > 0;
    const name = comparing ? `${LETTERS[letter]} ` : '';
    const own = comparing ? letter : 'own';
    const control = comparing ? `${letter}-control` : 'control';
    return [
      {
        kind: own,
        side,
        name,
        control: false,
        profile: shown ? (view.own?.profile ?? []) : [],
        old: view.ownOld,
      },
      {
        kind: control,
        side,
        name,
        control: true,
        profile: shown ? (view.control?.profile ?? []) : [],
        old: view.controlOld,
      },
    ];
  });
  return curves
    .filter(({ profile }) => profile.length > 0)
    .sort((a, b) => Number(b.control) - Number(a.control));
}
