/** Downloads in a store: what is written down about one beside its bytes, and whether that and the bytes agree. */
import { sha256 } from 'hash-wasm';
import * as v from 'valibot';
import type { FilePlace, StoreEntry } from './place';

const length = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

const META = v.object({
  hub: v.string(),
  repository: v.string(),
  /** The one that the bytes are of. */
  revision: v.string(),
  path: v.string(),
  total: length,
  /** All parts but the last have this length. */
  partBytes: length,
  etag: v.nullable(v.string()),
  /** The SHA-256 that it has to have; null: not known. */
  sha256: v.nullable(v.string()),
});

const VERIFIED = v.object({
  sha256: v.string(),
  /** False: it was not known what it had to be. */
  compared: v.boolean(),
  /** Time at which all bytes were last found right, milliseconds since 1970; older pages did not write it down. */
  checked: v.optional(v.number()),
  /** XXH64 of each part, hexadecimal, to find damage by; older pages did not write them down. */
  parts: v.optional(v.array(v.string())),
});

/** Written when a download starts, and never changed. */
export type Meta = v.InferOutput<typeof META>;

/** Written when all bytes are here and their SHA-256 was computed and not wrong. */
export type Verified = v.InferOutput<typeof VERIFIED>;

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

/** The name of a key's entry: digits that any file system takes. */
export function nameOf(key: string): Promise<string> {
  return sha256(key);
}

/** Opens what is kept under a name; null: nothing, or nothing that makes sense. */
export async function openStoredDownload(place: FilePlace, name: string): Promise<StoredDownload | null> {
  const entry = await place.open(name);
  const meta = read(META, await entry.readText('meta'));
  const lengths = await entry.lengths();
  if (!meta || !fits(meta, lengths)) return null;
  const bytes = [...lengths.values()].reduce((sum, length) => sum + length, 0);
  const verified = bytes === meta.total ? read(VERIFIED, await entry.readText('verified')) : null;
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

/** Value that a text holds, if it is JSON of this form; else null. */
function read<T>(schema: v.GenericSchema<unknown, T>, text: string | null): T | null {
  const { success, output } = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
  return success ? (output as T) : null;
}

function fits({ total, partBytes }: Meta, lengths: ReadonlyMap<number, number>): boolean {
  return [...lengths].every(([part, length]) => length <= Math.min(partBytes, total - part * partBytes));
}
