/** Names and messages that page and service worker both have to know. */

/** The service worker's file, beside the page. */
export const WORKER_FILE = 'sw.js';

/** Prefix of the names of the caches of one page; several pages may live on one host. */
export function cachePrefix(scope: string): string {
  return `latent-inspector offline ${scope} `;
}

/** A message of the page to a worker. */
export type ToWorker =
  /** Sent while nothing that the visitor waits for is under way: files may be fetched. */
  | { type: 'begin' }
  /** The visitor wants this version now. */
  | { type: 'SKIP_WAITING' };

/** A message of a worker to a page, over a port that is answered with anything. */
export type ToPage = { type: 'alive?' };

/** Reads the switch in the address: `sw=off` takes the worker away and keeps it away, `sw=on` allows it again. */
export function readSwitch({ search, hash }: { search: string; hash: string }): 'on' | 'off' | null {
  const said = new URLSearchParams(hash.replace(/^#/, '')).get('sw') ?? new URLSearchParams(search).get('sw');
  return said === 'on' || said === 'off' ? said : null;
}

/** Takes away the worker of this page and all that it has kept. Says whether there was anything. */
export async function removeOffline(
  registrations: readonly ServiceWorkerRegistration[],
  scope: string,
  store: CacheStorage,
): Promise<boolean> {
  const own = registrations.filter((registration) => registration.scope === scope);
  const names = (await store.keys()).filter((name) => name.startsWith(cachePrefix(scope)));
  const gone = await Promise.all([
    ...own.map((registration) => registration.unregister()),
    ...names.map((name) => store.delete(name)),
  ]);
  return gone.includes(true);
}
