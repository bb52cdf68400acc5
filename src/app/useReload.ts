import { useEffect, useState } from 'react';
import type { StoreApi } from 'zustand/vanilla';
import { carry, takeCarried } from '@/offline/carried';
import { hasOwnFiles, openOwnFiles } from '@/session/models/ownFiles';
import { canCompute } from '@/session/side/side';
import type { CarriedWork, InspectorStore } from '@/session/types';
import { useInspectorContext } from './context';

/** Tells whether everything that the page begins with is open, and nothing comes after it. */
const isOpen = ({ sides: { a }, activity }: InspectorStore): boolean =>
  (canCompute(a) || a.noDecoder !== null) && activity === null;

/**
 * Takes a visitor's work over a reload: what they opened from files of their own, with its scales, and undo and redo.
 * @param reload loads the page again
 * @returns how to reload; `lost`: there was no room for the files, and the next press reloads even if there is none
 */
export function useReload(reload: (() => void) | null): { press(): Promise<void>; lost: boolean } {
  const { store } = useInspectorContext();
  const [lost, setLost] = useState(false);
  useEffect(() => {
    void takeCarried().then((work) => work && resume(store, work));
  }, [store]);
  const press = async () => {
    const { ownFiles, past, future, view, factors } = store.getState();
    const files = ownFiles();
    const own = hasOwnFiles(files);
    if (own || past.length + future.length > 0) {
      try {
        await carry({ ...files, history: { edits: view.edits, past, future }, factors });
      } catch {
        if (own && !lost) {
          setLost(true);
          return;
        }
      }
    }
    reload?.();
  };
  return { press, lost };
}

async function resume(store: StoreApi<InspectorStore>, work: CarriedWork): Promise<void> {
  const actions = store.getState();
  for (const [model, factor] of Object.entries(work.factors ?? {})) actions.setFactor(model, factor);
  if (hasOwnFiles(work)) {
    await openOwnFiles(actions, work);
    // It said that the files are missing.
    actions.dismissNotice();
  }
  const { history } = work;
  if (!history) return;
  const restored = () => {
    if (!isOpen(store.getState())) return false;
    actions.restoreHistory(history);
    return true;
  };
  if (restored()) return;
  const stop = store.subscribe(() => restored() && stop());
}
