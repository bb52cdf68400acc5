import { editedCells, sameEdits } from '@/edits';
import type { Cell, Change } from '@/latent/types';
import type { Dated } from '@/session/types';
import { useInspector } from '../context';
import { useReplaced } from '../drawing/useReplaced';
import { useSide } from '../sides/side';
import type { Side } from '../sides/sideNames';

/** The change of the current edits and that of the control, with what is already known of them. */
export interface EffectView {
  own: Change | null;
  control: (Change & { cell: Cell }) | null;
  /** True where `own` belongs to edits that are no longer the current ones. */
  ownOld: boolean;
  controlOld: boolean;
  /** Number of cells that were edited where `own` comes from: while it is old, not as many as now. */
  ownCells: number;
  /** The reason why there is no control. */
  missing: string | null;
  cells: number;
  radius: number;
  /** True where they are of these very edits, and computed anew: a recording gave way to the engine, or the radius changed. */
  again?: boolean;
  /** The same of the control. */
  controlAgain?: boolean;
  /** The model or size that the numbers are of while another is being opened: then all of them are old. */
  replaced?: string | null;
  /** The reason why nothing is decoded, and never will be. */
  noDecoder?: string | null;
}

/** Gathers one side's newest numbers; old ones stay until new ones come. */
export function useEffectView(named?: Side): EffectView {
  const edits = useSide((side) => side.edits, named);
  const radius = useInspector((state) => state.view.radius);
  const effect = useSide((side) => side.effect, named);
  const edited = useSide((side) => side.edited, named);
  const controlled = useSide((side) => side.control, named);
  const missing = useSide((side) => side.controlMissing, named);
  const noDecoder = useSide((side) => side.noDecoder?.message ?? null, named);
  const newest = <T extends Dated<unknown>>(first: T | null, second: T | null): T | null =>
    first?.edits === edits ? first : second?.edits === edits ? second : (first ?? second);
  const complete = effect && { edits: effect.edits, value: effect.value as Change };
  const own = newest(edited && { edits: edited.edits, value: edited.value.change }, complete);
  const control = newest(
    controlled && {
      edits: controlled.edits,
      value: { ...controlled.value.change, cell: controlled.value.cell },
    },
    effect && { edits: effect.edits, value: effect.value.control },
  );
  const none = missing?.edits === edits;
  const replaced = useReplaced(named);
  return {
    own: own?.value ?? null,
    ownCells: editedCells(own?.edits ?? edits).length,
    ownOld: own !== null && (own.edits !== edits || replaced !== null),
    control: none ? null : (control?.value ?? null),
    controlOld: !none && control !== null && (control.edits !== edits || replaced !== null),
    missing: none ? missing.value : null,
    cells: editedCells(edits).length,
    radius,
    again: own !== null && own.edits !== edits && sameEdits(own.edits, edits),
    controlAgain: !none && control !== null && control.edits !== edits && sameEdits(control.edits, edits),
    replaced,
    noDecoder,
  };
}
