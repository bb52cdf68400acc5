/**
 * Tells at once that a worker has ended, however busy it was: it holds a lock of the browser for as long as it lives, and whoever
 * waits for that lock gets it when the worker is gone. No event says so: a worker may be ended by the browser without a word.
 */

/** Takes the lock, in the worker. Resolves to whether it holds it; where the browser has no locks, or allows none, it does not. */
export function holdLifeline(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const held = () => {
      resolve(true);
      return new Promise<never>(() => {});
    };
    request((locks) => locks.request(name, held)).catch(() => resolve(false));
  });
}

/** Waits for the lock, on the page, once the worker holds it: calls `ended` when that is gone, unless `signal` aborted before. */
export function watchLifeline(name: string, signal: AbortSignal, ended: () => void): void {
  request((locks) =>
    locks.request(name, { signal }, async () => {
      if (!signal.aborted) ended();
    }),
  ).catch(() => {});
}

async function request(make: (locks: LockManager) => Promise<unknown>): Promise<unknown> {
  const { locks } = navigator as { locks?: LockManager };
  if (!locks) throw new Error('This browser has no locks.');
  return make(locks);
}
