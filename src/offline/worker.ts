/**
 * The page's service worker: after the first visit the page opens without a network, and on hosts that send no headers it is
 * cross-origin isolated, so that WebAssembly has its threads. Requests to other origins do not pass through it.
 */
import { type PrecacheEntry, Serwist } from 'serwist';
import { ISOLATION_HEADERS } from '@/common/isolation';
import { type Build, letGo, ofEarlierBuild, takeOver } from './builds';
import { deadPages, rescue } from './clients';
import { cachePrefix, readSwitch, removeOffline, type ToWorker } from './names';

declare const self: ServiceWorkerGlobalScope;

/** Written in by the build (scripts/site/offline.ts). */
declare const OFFLINE: { build: string; entry: string; files: PrecacheEntry[] };

const { scope } = self.registration;
const home = new URL(scope).pathname;
const prefix = cachePrefix(scope);
const build: Build = { ...OFFLINE, name: `${prefix}${OFFLINE.build}`, prefix };

/** After this the files are fetched though no page has said that it is quiet, milliseconds. */
const LONGEST_WAIT = 60_000;

const serwist = new Serwist({
  precacheEntries: OFFLINE.files,
  precacheOptions: {
    cacheName: build.name,
    // Beside a page that may begin to work again.
    concurrency: 2,
    plugins: [{ cacheWillUpdate: ({ response }) => ofThisBuild(response) }],
  },
});

/** Null for what is missing, and for a page of another build: the host may be changing files at this moment. */
async function ofThisBuild(response: Response): Promise<Response | null> {
  if (response.status !== 200) return null;
  if (!/\/(index\.html)?$/.test(new URL(response.url).pathname)) return response;
  return (await response.clone().text()).includes(build.entry) ? response : null;
}

let begin = () => {};
const told = new Promise<void>((resolve) => {
  begin = resolve;
});
self.addEventListener('message', ({ data }: { data: ToWorker | null }) => {
  if (data?.type === 'begin') begin();
});

/** Pages that were found dead: they are loaded again once this worker is in charge. */
let dead: string[] = [];

self.addEventListener('install', (event) => {
  event.waitUntil(install(event));
});

async function install(event: ExtendableEvent): Promise<void> {
  await Promise.race([told, isSilent(), new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT))]);
  try {
    await takeOver(build, serwist);
    await serwist.handleInstall(event);
  } catch (error) {
    await caches.delete(build.name);
    throw error;
  }
  if (!self.registration.active) return;
  dead = (await deadPages()).map(({ id }) => id);
  if (dead.length > 0) await self.skipWaiting();
}

/** Resolves where pages are open and none lives: nobody would say that they are quiet. */
async function isSilent(): Promise<void> {
  if ((await deadPages()).length === 0) await told;
}

self.addEventListener('activate', (event) => {
  event.waitUntil(activate(event));
});

async function activate(event: ExtendableEvent): Promise<void> {
  await serwist.handleActivate(event);
  await letGo(build);
  // Not waited for: until a worker is active, what it would answer waits for it.
  void Promise.all(dead.map(rescue));
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.headers.has('Range') || !url.pathname.startsWith(home)) return;
  const path = url.pathname.slice(home.length);
  if (request.mode === 'navigate') {
    if (path !== '' && path !== 'index.html') return;
    if (readSwitch(url) === 'off') event.waitUntil(remove());
    else event.respondWith(answer(event, new URL('index.html', scope).href));
    return;
  }
  const plain = new URL(url.pathname, scope).href;
  if (serwist.getPrecacheKeyForUrl(plain)) event.respondWith(answer(event, plain));
  // Names of assets hold their content's hash, so that those of any build are right.
  else if (path.startsWith('assets/')) event.respondWith(early(request, plain));
});

/** The file of this build. */
async function answer(event: FetchEvent, url: string): Promise<Response> {
  const { request } = event;
  // What was switched off answers nothing any more, though the page that did so may still ask it.
  if (!(await caches.has(build.name))) return fetch(request);
  const kept = await serwist.matchPrecache(url);
  if (kept) return isolated(kept);
  return missing(event, url);
}

/**
 * The browser has thrown a file away, or somebody has. What the host has now is right where it is the same; else the two do not
 * belong together any more, and this worker takes itself away.
 */
async function missing(event: FetchEvent, url: string): Promise<Response> {
  const integrity = OFFLINE.files.find((file) => new URL(file.url, scope).href === url)?.integrity;
  if (integrity && event.request.mode !== 'navigate') {
    const same = await fetch(url, { integrity, cache: 'no-cache', credentials: 'same-origin' }).catch(
      () => null,
    );
    if (same?.ok) {
      const cache = await caches.open(build.name);
      await cache.put(serwist.getPrecacheKeyForUrl(url) ?? url, same.clone()).catch(() => {});
      return isolated(same);
    }
  }
  const response = await fetch(event.request);
  await remove();
  event.waitUntil(rescue(event.resultingClientId || event.clientId));
  return response;
}

async function early(request: Request, url: string): Promise<Response> {
  const kept = await ofEarlierBuild(build, url);
  return kept ? isolated(kept) : fetch(request);
}

function remove(): Promise<boolean> {
  return removeOffline([self.registration], scope, caches);
}

/** Adds the headers that the host would have to send, where it sends none. */
function isolated(response: Response): Response {
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(ISOLATION_HEADERS))
    if (!headers.has(name)) headers.set(name, value);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
