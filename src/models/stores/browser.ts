/**
 * The part of the browser that stores need. Everything here may be missing or refuse: a page without a secure context has none of
 * it, a sandboxed frame throws where it is touched, and a worker lacks what is meant for pages.
 */
import type { FilePlace } from './place';

type Browser = { navigator?: Partial<Navigator>; caches?: CacheStorage };

/** Null where it is missing or touching it is refused. */
export function fromBrowser<T>(read: (browser: Browser) => T | undefined): T | null {
  try {
    return read(globalThis as Browser) ?? null;
  } catch {
    return null;
  }
}

export const estimateStorage: FilePlace['estimate'] = async () => {
  const storage = fromBrowser((browser) => browser.navigator?.storage);
  const { usage = null, quota = null } = (await storage?.estimate?.().catch(() => null)) ?? {};
  return { usage, quota };
};

let asked: Promise<void> | null = null;

/**
 * Asks the browser, once, not to clear what this site keeps when the disk fills up. Some browsers show the visitor a question;
 * workers cannot ask at all. Where it is refused nothing else changes.
 */
export function askToPersist(): Promise<void> {
  asked ??= (async () => {
    const storage = fromBrowser((browser) => browser.navigator?.storage);
    await storage?.persist?.().catch(() => false);
  })();
  return asked;
}
