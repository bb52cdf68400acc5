import { editedCells } from '../inspect/edits';
import type { Cell, Change } from '../inspect/types';
import { useInspector } from './context';

/** The change of the current edits and that of the control, with what is already known of them. */
export interface EffectView {
  own: Change | null;
  control: (Change & { cell: Cell }) | null;
  /** True where `own` belongs to edits that are no longer the current ones. */
  ownOld: boolean;
  controlOld: boolean;
  /** Why there is no control. */
  missing: string | null;
  cells: number;
  radius: number;
}

/** Gathers the newest numbers; old ones stay until new ones come. */
export function useEffectView(): EffectView {
  const edits = useInspector((state) => state.view.edits);
  const radius = useInspector((state) => state.view.radius);
  const effect = useInspector((state) => state.effect);
  const edited = useInspector((state) => state.edited);
  const controlled = useInspector((state) => state.control);
  const missing = useInspector((state) => state.controlMissing);
  const own = edited?.edits === edits ? edited : (effect ?? edited);
  const change = own === null ? null : 'change' in own.value ? own.value.change : own.value;
  const control = controlled === null ? null : { ...controlled.value.change, cell: controlled.value.cell };
  return {
    own: change,
    ownOld: own !== null && own.edits !== edits,
    control: missing?.edits === edits ? null : (control ?? effect?.value.control ?? null),
    controlOld: controlled !== null && controlled.edits !== edits,
    missing: missing?.edits === edits ? missing.value : null,
    cells: editedCells(edits).length,
    radius,
  };
}
