import { useContext } from 'react';
import type { Edit } from '@/edits';
import { sameCell } from '@/latent/geometry';
import { moveCell } from '@/latent/moveCell';
import type { Cell } from '@/latent/types';
import { useInspectorContext } from '../context';
import { SideContext, sideOf } from '../sides/side';

/**
 * Choosing a cell of this side's grid: selects it, or completes an edit that waits for its second cell. The selection is kept
 * in the first model's grid.
 */
export function useChooseCell(): (cell: Cell) => void {
  const { store, local } = useInspectorContext();
  const side = useContext(SideContext);
  return (chosen) => {
    const state = store.getState();
    const own = sideOf(state, side).posterior;
    const cell = own && state.sides.a.posterior ? moveCell(chosen, own, state.sides.a.posterior) : chosen;
    const { partnerless } = local.getState();
    if (!partnerless) return state.select(cell);
    local.setState({ partnerless: null });
    const { kind, cell: first, field } = partnerless;
    if (!sameCell(first, cell)) state.addEdit({ kind, cell: first, [field]: cell } as Edit);
  };
}
