import type { StoreApi } from 'zustand';
import type { Local } from '../local';
import { readProgress } from './progress';

const KEY = 'latent-inspector guide';

/** Takes up an earlier visit's progress and keeps this one's. Returns the way to stop. */
export function keepProgress(local: StoreApi<Local>): () => void {
  let storage: Storage;
  try {
    storage = localStorage;
    local.setState({ guide: readProgress(storage.getItem(KEY)) });
  } catch {
    // Private windows and sandboxed frames keep nothing.
    return () => {};
  }
  return local.subscribe(({ guide }, before) => {
    if (guide === before.guide) return;
    try {
      storage.setItem(KEY, JSON.stringify(guide));
    } catch {
      // A full disk: the path is only not resumed.
    }
  });
}
