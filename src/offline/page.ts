/**
 * The page's side of its service worker. Only the page imports this (src/main.tsx): an element on other people's pages and a frame
 * never install anything.
 */
import { savesData } from '@/element/seen';
import { SITE, staticFile } from '@/element/site';
import { readSwitch, removeOffline, type ToPage, type ToWorker, WORKER_FILE } from './names';
import { offline, quiet } from './state';

const SWITCHED_OFF =
  'This browser keeps no copy of this page for use without a network. With ?sw=on in the address it keeps one again.';
const REMEMBERED = 'latent-inspector sw';

/** Starts what there is to do. Never fails: a page without a service worker is as good as one with it. */
export function startOffline(): void {
  // Browsers give it to pages alone whose connection cannot be tampered with, and some to no private window.
  const container = 'serviceWorker' in navigator ? navigator.serviceWorker : null;
  if (!container) return;
  answerWorkers(container);
  // Of another page's frame the browser keeps things apart, and the page around it has not asked for any.
  if (window.parent !== window || document.documentElement.dataset.embed !== undefined) return;
  recover(container);
  run(container).catch((error) => console.warn('The page is not kept for use without a network.', error));
}

/** A worker asks whether this page lives. */
function answerWorkers(container: ServiceWorkerContainer): void {
  container.addEventListener('message', ({ data, ports }: MessageEvent<ToPage | null>) => {
    if (data?.type === 'alive?') ports[0]?.postMessage(true);
  });
  container.startMessages();
}

async function run(container: ServiceWorkerContainer): Promise<void> {
  if (isSwitchedOff()) {
    await removeAll(container);
    // The worker that was asked for this address may have gone by itself; later visits need no word.
    if (readSwitch(location) === 'off') offline.setState({ said: SWITCHED_OFF });
    return;
  }
  if (!import.meta.env.PROD || savesData()) return;
  await quiet();
  // A new version may be on its way already, as browsers look for one themselves: it waits for a word of this page, and registering
  // would wait for it.
  const present = await presentOne(container);
  if (present) watch(present);
  const registration = await container.register(staticFile(WORKER_FILE), { updateViaCache: 'none' });
  // Browsers that are told to install none may give nothing back.
  if (!registration) return;
  if (registration !== present) watch(registration);
  await registration.update().catch(() => removeIfGone(container));
}

async function presentOne(container: ServiceWorkerContainer): Promise<ServiceWorkerRegistration | null> {
  return (await container.getRegistrations()).find(({ scope }) => scope === SITE) ?? null;
}

/** The address decides, and is remembered. */
function isSwitchedOff(): boolean {
  const said = readSwitch(location);
  try {
    if (said === 'off') localStorage.setItem(REMEMBERED, said);
    else if (said === 'on') localStorage.removeItem(REMEMBERED);
    return localStorage.getItem(REMEMBERED) === 'off';
  } catch {
    return said === 'off';
  }
}

async function removeAll(container: ServiceWorkerContainer): Promise<boolean> {
  return removeOffline(await container.getRegistrations(), SITE, caches);
}

/** Follows what is installed, and offers it where an earlier version is in use. */
function watch(registration: ServiceWorkerRegistration): void {
  const follow = (isQuiet: Promise<void>) => {
    const worker = registration.installing;
    if (!worker) return look();
    void isQuiet.then(() => worker.postMessage({ type: 'begin' } satisfies ToWorker));
    worker.addEventListener('statechange', look);
  };
  const look = () => {
    const { waiting, active } = registration;
    offline.setState({
      update: waiting && active ? () => take(waiting) : null,
      isolatesNext: active !== null && !crossOriginIsolated,
    });
  };
  registration.addEventListener('updatefound', () => follow(quiet()));
  // It was just waited for.
  follow(Promise.resolve());
}

function take(worker: ServiceWorker): void {
  worker.addEventListener('statechange', () => {
    if (worker.state === 'activated') location.reload();
  });
  worker.postMessage({ type: 'SKIP_WAITING' } satisfies ToWorker);
}

/** A host that has no such worker any more wants none; one that cannot be reached has said nothing. */
async function removeIfGone(container: ServiceWorkerContainer): Promise<void> {
  const response = await fetch(staticFile(WORKER_FILE), { cache: 'no-store' }).catch(() => null);
  if (!response) return;
  const script = /javascript/.test(response.headers.get('Content-Type') ?? '');
  if (response.status === 404 || response.status === 410 || (response.ok && !script)) {
    await removeAll(container);
  }
}

/**
 * Recovers from a worker whose files do not belong together: a script of the page does not come though the worker looks after it,
 * and nothing has been drawn yet. The worker is taken away and the page loaded once more.
 */
function recover(container: ServiceWorkerContainer): void {
  addEventListener('vite:preloadError', () => {
    if (offline.getState().drawn || !container.controller || !navigator.onLine) return;
    void removeAll(container).then((removed) => {
      if (removed) location.reload();
    });
  });
}
