/** Downloads in a store: what is written down about one beside its bytes, and whether that and the bytes agree. */
import { sha256 } from 'hash-wasm';
import type { FilePlace, StoreEntry } from './place';

/** Written when a download starts, and never changed. */
export interface Meta {
  hub: string;
  repository: string;
  /** The one that the bytes are of. */
  revision: string;
  path: string;
  total: number;
  /** All parts but the last have this length. */
  partBytes: number;
  etag: string | null;
  /** The SHA-256 that it has to have; null: not known. */
  sha256: string | null;
}

export interface StoredDownload {
  name: string;
  entry: StoreEntry;
  meta: Meta;
  /** Bytes of each part. */
  lengths: Map<number, number>;
  bytes: number;
  /** Null while bytes are missing or were not checked. */
  verified: Verified | null;
}

/** Written when all bytes are here and their SHA-256 was computed and not wrong. */
export interface Verified {
  sha256: string;
  /** False: it was not known what it had to be. */
  compared: boolean;
  /** Time at which all bytes were last found right, milliseconds since 1970; older pages did not write it down. */
  checked?: number;
  /** XXH64 of each part, hexadecimal, to find damage by; older pages did not write them down. */
  parts?: string[];
}

/** The name of a key's entry: digits that any file system takes. */
export function nameOf(key: string): Promise<string> {
  return sha256(key);
}

/** Opens what is kept under a name; null: nothing, or nothing that makes sense. */
export async function openStoredDownload(place: FilePlace, name: string): Promise<StoredDownload | null> {
  const entry = await place.open(name);
  const meta = parseMeta(await entry.readText('meta'));
  const lengths = await entry.lengths();
  if (!meta || !fits(meta, lengths)) return null;
  const bytes = [...lengths.values()].reduce((sum, length) => sum + length, 0);
  const verified = bytes === meta.total ? parseVerified(await entry.readText('verified')) : null;
  return { name, entry, meta, lengths, bytes, verified };
}

/** An entry that keeps nothing, where no store is left to keep anything in. */
export function unkept(name: string, meta: Meta): StoredDownload {
  const refuse = () => Promise.reject(new Error('Nothing is kept.'));
  const entry: StoreEntry = {
    readText: async () => null,
    writeText: refuse,
    lengths: async () => new Map(),
    append: refuse,
    read: refuse,
    seal: async () => {},
    clear: async () => {},
    close: async () => {},
  };
  return { name, entry, meta, lengths: new Map(), bytes: 0, verified: null };
}

/** An empty entry; what was there is removed. */
export async function createKept(place: FilePlace, name: string, meta: Meta): Promise<StoredDownload> {
  await place.remove(name);
  const entry = await place.open(name);
  await entry.writeText('meta', JSON.stringify(meta));
  return { name, entry, meta, lengths: new Map(), bytes: 0, verified: null };
}

export function writeVerified(entry: StoreEntry, verified: Verified): Promise<void> {
  // Where it cannot be written, on a full disk, the bytes are checked once more the next time.
  return entry.writeText('verified', JSON.stringify(verified)).catch(() => {});
}

function parse(text: string | null): Record<string, unknown> | null {
  try {
    const value = JSON.parse(text ?? 'null');
    return typeof value === 'object' && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function parseMeta(text: string | null): Meta | null {
  const fields = parse(text);
  if (!fields) return null;
  const texts = [fields.hub, fields.repository, fields.revision, fields.path];
  const counts = [fields.total, fields.partBytes];
  const perhaps = [fields.etag, fields.sha256];
  const sound =
    texts.every((value) => typeof value === 'string') &&
    counts.every((value) => Number.isSafeInteger(value) && (value as number) > 0) &&
    perhaps.every((value) => value === null || typeof value === 'string');
  return sound ? (fields as unknown as Meta) : null;
}

function parseVerified(text: string | null): Verified | null {
  const { sha256: hash, compared, checked, parts } = parse(text) ?? {};
  if (typeof hash !== 'string' || typeof compared !== 'boolean') return null;
  return {
    sha256: hash,
    compared,
    ...(typeof checked === 'number' && { checked }),
    ...(Array.isArray(parts) && parts.every((part) => typeof part === 'string') && { parts }),
  };
}

function fits({ total, partBytes }: Meta, lengths: ReadonlyMap<number, number>): boolean {
  return [...lengths].every(([part, length]) => length <= Math.min(partBytes, total - part * partBytes));
}
