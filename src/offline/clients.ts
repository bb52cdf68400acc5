/** The pages that a service worker looks after: whether they live, and a last help for those that do not. */
import type { ToPage } from './names';

declare const self: ServiceWorkerGlobalScope;

/** Milliseconds in which a page that has started answers; one that computes does so in its worker. */
const PATIENCE = 4000;

/** Tells whether the page's scripts run. */
export function isAlive(client: Client): Promise<boolean> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve(true);
    setTimeout(resolve, PATIENCE, false);
    client.postMessage({ type: 'alive?' } satisfies ToPage, [port2]);
  });
}

/** The pages in sight, where none of them lives: whatever serves them is broken. Browsers may have stopped those out of sight. */
export async function deadPages(): Promise<WindowClient[]> {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const seen = pages.filter(({ visibilityState }) => visibilityState === 'visible');
  const alive = await Promise.all(seen.map(isAlive));
  return alive.includes(true) ? [] : seen;
}

/** Loads a page once more, unless it lives after all. */
export async function rescue(id: string): Promise<void> {
  const client = await self.clients.get(id);
  if (client?.type !== 'window' || (await isAlive(client))) return;
  await (client as WindowClient).navigate(client.url).catch(() => {});
}
