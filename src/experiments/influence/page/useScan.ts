import { useContext } from 'react';
import { useInspector } from '@/app/context';
import { SideContext } from '@/app/sides/side';
import { isCurrent } from '@/session/experiments';
import type { ExperimentResults } from '../../names';

/** This side's brute-force scan, as far as it is, where it speaks of what is open. */
export function useScan(): ExperimentResults['scan'] | null {
  const side = useContext(SideContext);
  return useInspector((state) => {
    const last = state.experiments[side].scan?.last;
    return last && isCurrent(last.subject, state, false, side) ? last.result : null;
  });
}
