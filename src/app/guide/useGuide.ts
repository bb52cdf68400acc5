/** What the guide's sentences and controls speak of. */
import { useMemo } from 'react';
import { sameEdits } from '@/edits';
import { sameCell } from '@/latent/geometry';
import type { Cell } from '@/latent/types';
import { type GuideChange, guideChange, madeOf } from '@/session/guide/change';
import { useInspector } from '../context';
import { useEffectView } from '../effect/useEffectView';
import { useModelName, useSide } from '../sides/side';
import type { Side } from '../sides/sideNames';

/** Far changes of one side, levels; null: not known yet. */
export interface Far {
  own: number | null;
  control: number | null;
  /** Why there is no control, where none can be. */
  missing: string | null;
}

export interface GuideState {
  /** Null until there is a latent. */
  change: GuideChange | null;
  /** The selected cell. */
  cell: Cell;
  /** Which of the two the selected cell is; null: another one. */
  which: 'spot' | 'ordinary' | null;
  /** How much of the change is made there, 0 to 1; null where the visitor's edits are others. */
  strength: number | null;
  a: Far;
  b: Far;
  names: { a: string; b: string };
  /** The guide's own models and picture are open, of which its sentences speak. */
  isOwn: boolean;
}

export function useGuideChange(): GuideChange | null {
  const posterior = useSide((side) => side.posterior, 'a');
  const example = useInspector((state) => state.example);
  const radius = useInspector((state) => state.view.radius);
  const planted = useInspector(
    (state) => state.models.find(({ id }) => id === state.view.model)?.spot ?? null,
  );
  return useMemo(() => {
    if (!posterior) return null;
    const change = guideChange(posterior, planted, radius);
    // Recorded frames are of these very cells.
    const [spot, ordinary] = example?.cells ?? [];
    return spot && ordinary ? { ...change, spot: spot.cell, ordinary: ordinary.cell } : change;
  }, [posterior, planted, radius, example?.cells]);
}

export function useFar(side: Side): Far {
  const view = useEffectView(side);
  const edits = useSide((own) => own.edits, side);
  const effect = useSide((own) => own.effect, side);
  // While the engine computes anew what was recorded, the recorded numbers hold.
  const recorded = effect && sameEdits(effect.edits, edits) ? effect.value : null;
  const own = view.own && !view.ownOld && view.cells > 0 ? view.own.farRms : (recorded?.farRms ?? null);
  const control = view.control && !view.controlOld ? view.control.farRms : (recorded?.control.farRms ?? null);
  return { own, control, missing: view.missing };
}

export function useGuide(): GuideState {
  const change = useGuideChange();
  const cell = useInspector((state) => state.view.cell);
  const edits = useInspector((state) => state.view.edits);
  const isOwn = useInspector(({ example, view, sides, activity }) =>
    example ? view.compare === example.compare : sides.a.posterior === null || activity !== null,
  );
  const made = change && madeOf(change, edits);
  const which = !change
    ? null
    : sameCell(cell, change.spot)
      ? 'spot'
      : change.ordinary && sameCell(cell, change.ordinary)
        ? 'ordinary'
        : null;
  return {
    change,
    cell,
    which,
    strength: made && (made.cell === null || sameCell(made.cell, cell) ? made.strength : 0),
    a: useFar('a'),
    b: useFar('b'),
    names: { a: useModelName('a'), b: useModelName('b') },
    isOwn,
  };
}
