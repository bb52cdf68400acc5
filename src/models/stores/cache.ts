/**
 * The Cache API as a store, for browsers and windows without a private file system. A part is a row of pieces, each an entry of
 * the cache whose address says where in the part it begins and how long it is, as the cache itself does not tell lengths.
 */
import { estimateStorage, fromBrowser } from './browser';
import type { FilePlace, StoredText, StoreEntry } from './place';

const NAME = 'latent-inspector';

/** The Cache API, where this browser lets this page use it; null otherwise. */
export async function openCache(name = NAME): Promise<FilePlace | null> {
  try {
    const cache = await fromBrowser((browser) => browser.caches)?.open(name);
    if (!cache) return null;
    const trial = addressOf('trial', unique());
    await cache.put(trial, new Response('1'));
    const kept = await (await cache.match(trial))?.text();
    await cache.delete(trial);
    return kept === '1' ? new CachePlace(name) : null;
  } catch {
    return null;
  }
}

class CachePlace implements FilePlace {
  readonly kind = 'cache';
  readonly estimate = estimateStorage;

  constructor(private readonly name: string) {}

  async names(): Promise<string[]> {
    const found = (await (await this.cache()).keys()).flatMap(({ url }) => pathOf(url)?.name ?? []);
    return [...new Set(found)];
  }

  async open(name: string): Promise<StoreEntry> {
    const entry = new CacheEntry(await this.cache(), name);
    await entry.load();
    return entry;
  }

  async remove(name: string): Promise<void> {
    const cache = await this.cache();
    for (const { url } of await cache.keys()) {
      if (pathOf(url)?.name === name) await cache.delete(url);
    }
  }

  /** Opened each time: the browser may clear it at any moment, and what is put into one that was cleared is lost. */
  private cache(): Promise<Cache> {
    return caches.open(this.name);
  }
}

/** A run of a part's bytes. */
interface Piece {
  offset: number;
  length: number;
  url: string;
}

class CacheEntry implements StoreEntry {
  private readonly parts = new Map<number, Piece[]>();

  constructor(
    private readonly cache: Cache,
    private readonly name: string,
  ) {}

  /** Finds the pieces; those that do not follow on what is before them are left over from a write that went wrong, and go. */
  async load(): Promise<void> {
    const found: { part: number; offset: number; length: number; url: string }[] = [];
    for (const { url } of await this.cache.keys()) {
      const path = pathOf(url);
      const numbers = path?.name === this.name ? /^(\d+)\/(\d+)-(\d+)(?:-\w+)?$/.exec(path.rest) : null;
      if (!numbers) continue;
      const [part, offset, length] = numbers.slice(1, 4).map(Number);
      found.push({ part, offset, length, url });
    }
    found.sort((a, b) => a.part - b.part || a.offset - b.offset || b.length - a.length);
    for (const { part, offset, length, url } of found) {
      if (offset === this.length(part)) this.pieces(part).push({ offset, length, url });
      else await this.cache.delete(url);
    }
  }

  async readText(which: StoredText): Promise<string | null> {
    return (await this.cache.match(addressOf(this.name, which)))?.text() ?? null;
  }

  writeText(which: StoredText, text: string): Promise<void> {
    return this.cache.put(addressOf(this.name, which), new Response(text));
  }

  async lengths(): Promise<Map<number, number>> {
    return new Map([...this.parts.keys()].map((part) => [part, this.length(part)]));
  }

  async append(part: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const offset = this.length(part);
    const url = addressOf(this.name, `${part}/${offset}-${bytes.length}-${unique()}`);
    await this.cache.put(url, new Response(bytes));
    this.pieces(part).push({ offset, length: bytes.length, url });
  }

  async read(part: number, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(length);
    let filled = 0;
    for (const piece of this.pieces(part)) {
      const from = Math.max(offset, piece.offset);
      const to = Math.min(offset + length, piece.offset + piece.length);
      if (from >= to) continue;
      bytes.set(await this.readPiece(part, piece, from - piece.offset, to - piece.offset), from - offset);
      filled += to - from;
    }
    if (filled < length) throw new Error(`Part ${part} ends before byte ${offset + length}.`);
    return bytes;
  }

  async seal(): Promise<void> {}

  async clear(part: number): Promise<void> {
    for (const { url } of this.pieces(part)) await this.cache.delete(url);
    this.parts.delete(part);
  }

  async close(): Promise<void> {}

  private async readPiece(part: number, piece: Piece, from: number, to: number): Promise<Uint8Array> {
    const blob = await (await this.cache.match(piece.url))?.blob();
    if (blob?.size !== piece.length) throw new Error(`A piece of part ${part} is not as it was written.`);
    return new Uint8Array(await blob.slice(from, to).arrayBuffer());
  }

  private pieces(part: number): Piece[] {
    const pieces = this.parts.get(part) ?? [];
    this.parts.set(part, pieces);
    return pieces;
  }

  private length(part: number): number {
    const last = this.parts.get(part)?.at(-1);
    return last ? last.offset + last.length : 0;
  }
}

/** Entries of a cache have addresses; nothing is ever asked at these. */
const BASE = 'https://stored.invalid/';

/**
 * The end of an address that no entry had before: WebKit without a disk, as in a private window, takes an entry whose address an
 * earlier page of the session has used, says that all is well, and does not have it.
 */
const unique = (): string => Math.random().toString(36).slice(2);

const addressOf = (name: string, rest: string): string => `${BASE}${name}/${rest}`;

function pathOf(url: string): { name: string; rest: string } | null {
  if (!url.startsWith(BASE)) return null;
  const path = url.slice(BASE.length);
  const slash = path.indexOf('/');
  return { name: path.slice(0, slash), rest: path.slice(slash + 1) };
}
