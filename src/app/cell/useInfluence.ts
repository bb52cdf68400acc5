import { useContext } from 'react';
import type { InspectorState } from '@/session/types';
import { useInspector } from '../context';
import { SideContext, sideOf } from '../sides/side';
import type { Side } from '../sides/sideNames';

/** One side's influence of every cell, `[rows, cols]`; null where it has not been computed for what is open there. */
export function influenceOf(state: InspectorState, side: Side): Float32Array | null {
  const last = state.experiments[side].influence?.last;
  const { id, posterior } = sideOf(state, side);
  // Two models of one encoder share a posterior, but it is the decoder that makes a cell influential.
  return last && last.subject.posterior === posterior && last.subject.model === id
    ? last.result.influence
    : null;
}

export function useInfluence(named?: Side): Float32Array | null {
  const own = useContext(SideContext);
  return useInspector((state) => influenceOf(state, named ?? own));
}
