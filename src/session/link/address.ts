/** The page's address as a place for the view. Only an inspector that was told to owns it; several would fight. */
import { LINK_KEYS } from './link';

/** The part of `window` that is needed. */
export interface AddressWindow {
  location: Pick<Location, 'pathname' | 'search' | 'hash' | 'reload'>;
  history: Pick<History, 'replaceState' | 'state'>;
  addEventListener(type: 'hashchange' | 'pagehide', listener: () => void): void;
  removeEventListener(type: 'hashchange' | 'pagehide', listener: () => void): void;
  setTimeout(callback: () => void, milliseconds: number): unknown;
  clearTimeout(timer: unknown): void;
}

export interface Address {
  read(): { search: string; hash: string };
  /** Writes soon, and only the newest text: browsers refuse more than about a hundred changes in 30 s. */
  write(link: string): void;
  dispose(): void;
}

const PAUSE = 400;

/**
 * Keeps the view after the `#`, where no server sees it and its length does not matter. Keys of a view before it, in the
 * search part, are read too and move behind the `#` with the first change; keys that are not a view's (`backend`, `hub`) stay
 * where they are.
 */
export function browserAddress(target: AddressWindow): Address {
  let waiting: string | null = null;
  let timer: unknown = null;
  let own = target.location.hash;

  const flush = () => {
    if (timer !== null) target.clearTimeout(timer);
    timer = null;
    if (waiting === null) return;
    const { pathname, search, hash } = target.location;
    const before = withoutView(search).join('&');
    const behind = [waiting, ...withoutView(hash)].join('&');
    target.history.replaceState(
      target.history.state,
      '',
      `${pathname}${before === '' ? '' : `?${before}`}#${behind}`,
    );
    own = target.location.hash;
    waiting = null;
  };
  // `replaceState` does not fire this, so it was the visitor, who pasted another link into the same tab.
  const changed = () => {
    if (target.location.hash !== own) target.location.reload();
  };
  target.addEventListener('hashchange', changed);
  target.addEventListener('pagehide', flush);
  return {
    read: () => ({ search: target.location.search, hash: target.location.hash }),
    write(link) {
      waiting = link;
      timer ??= target.setTimeout(flush, PAUSE);
    },
    dispose() {
      flush();
      target.removeEventListener('hashchange', changed);
      target.removeEventListener('pagehide', flush);
    },
  };
}

/** The parts of `?...` or `#...` that are not a view's. */
function withoutView(text: string): string[] {
  return text
    .replace(/^[?#]/, '')
    .split('&')
    .filter((part) => part !== '' && !LINK_KEYS.some((key) => part === key || part.startsWith(`${key}=`)));
}
