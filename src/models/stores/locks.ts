/** One download of a file at a time, over all tabs and workers of this site. */
import { fromBrowser } from './browser';

export type Locks = Pick<LockManager, 'request'>;
export type Release = () => void;

/** Null where the browser has none: then whoever opens a file second finds it held open. */
export const browserLocks = (): Locks | null => fromBrowser((browser) => browser.navigator?.locks);

const PREFIX = 'latent-inspector:';

/** Takes a lock if nobody holds it; null: somebody does. */
export function tryLock(locks: Locks | null, name: string): Promise<Release | null> {
  return take(locks, name, { ifAvailable: true });
}

/** Waits until nobody else holds the lock. Rejects with the signal's reason. */
export async function lock(locks: Locks | null, name: string, signal?: AbortSignal): Promise<Release> {
  return (await take(locks, name, signal ? { signal } : {}))!;
}

function take(locks: Locks | null, name: string, options: LockOptions): Promise<Release | null> {
  if (!locks) return Promise.resolve(() => {});
  return new Promise((resolve, reject) => {
    const held = locks.request(PREFIX + name, options, (granted) => {
      if (!granted) return resolve(null);
      return new Promise<void>((release) => resolve(release));
    });
    held.catch(reject);
  });
}
