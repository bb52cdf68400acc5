/** Each build of the page has a cache of its own: what is answered is of one build, whatever else the browser still holds. */
import type { PrecacheEntry, Serwist } from 'serwist';

export interface Build {
  /** Name of its cache. */
  name: string;
  /** Prefix of the names of all builds' caches. */
  prefix: string;
  files: readonly PrecacheEntry[];
  /** Path of the page's first script, which no other build's page names. */
  entry: string;
}

/** Names of the caches of other builds, the oldest first. */
async function others({ name, prefix }: Build): Promise<string[]> {
  return (await caches.keys()).filter((each) => each.startsWith(prefix) && each !== name);
}

/** Copies what has not changed since an earlier build, so that it is not fetched again. */
export async function takeOver(build: Build, serwist: Serwist): Promise<void> {
  const own = await caches.open(build.name);
  for (const name of (await others(build)).reverse()) {
    const cache = await caches.open(name);
    for (const key of serwist.getUrlsToPrecacheKeys().values()) {
      if (await own.match(key)) continue;
      const kept = await cache.match(key);
      if (kept) await own.put(key, kept);
    }
  }
}

/** A file of an earlier build, for tabs that still show it. */
export async function ofEarlierBuild(build: Build, url: string): Promise<Response | undefined> {
  for (const name of (await others(build)).reverse()) {
    const kept = await (await caches.open(name)).match(url);
    if (kept) return kept;
  }
  return undefined;
}

/** Lets go of all builds but this one and the one before it, which open tabs may still show. */
export async function letGo(build: Build): Promise<void> {
  const names = await others(build);
  await Promise.all(names.slice(0, -1).map((name) => caches.delete(name)));
}
