/** State that the inspector on the page and the page's service worker share. Nothing here registers anything. */
import { createStore } from 'zustand/vanilla';

export interface OfflineState {
  /** True once the inspector has been drawn. */
  drawn: boolean;
  /** True while the inspector starts, computes or downloads. */
  busy: boolean;
  /** Takes the version that is ready beside this one; null: there is none. */
  update: (() => void) | null;
  /** True where the next visit will be cross-origin isolated though the host does not see to it. */
  isolatesNext: boolean;
  /** A full sentence that is to be said once; null: none. */
  said: string | null;
}

export const offline = createStore<OfflineState>(() => ({
  drawn: false,
  busy: true,
  update: null,
  isolatesNext: false,
  said: null,
}));

/** Time in which the inspector has to do nothing until it counts as quiet, milliseconds. */
const PAUSE = 2000;

/** Resolves when the page has loaded and the inspector has been quiet for a while. */
export async function quiet(): Promise<void> {
  if (document.readyState !== 'complete') {
    await new Promise((resolve) => addEventListener('load', resolve, { once: true }));
  }
  await new Promise<void>((resolve) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = ({ busy }: OfflineState) => {
      clearTimeout(timer);
      if (!busy) timer = setTimeout(end, PAUSE);
    };
    const stop = offline.subscribe(look);
    const end = () => {
      stop();
      resolve();
    };
    look(offline.getState());
  });
}
