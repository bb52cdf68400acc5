import { useContext } from 'react';
import { sameCell } from '../inspect/geometry';
import { moveCell } from '../inspect/regrid';
import type { Cell } from '../inspect/types';
import { useInspectorContext } from './context';
import { SideContext, sideOf } from './side';

/**
 * Choosing a cell of this side's grid: selects it, or completes a swap that waits for its partner. The selection is kept
 * in the first model's grid.
 */
export function useChooseCell(): (cell: Cell) => void {
  const { store, local } = useInspectorContext();
  const side = useContext(SideContext);
  return (chosen) => {
    const state = store.getState();
    const own = sideOf(state, side).posterior;
    const cell = own && state.posterior ? moveCell(chosen, own, state.posterior) : chosen;
    const { swapping } = local.getState();
    if (!swapping) return state.select(cell);
    local.setState({ swapping: null });
    if (!sameCell(swapping, cell)) state.addEdit({ kind: 'swap', cell: swapping, with: cell });
  };
}
