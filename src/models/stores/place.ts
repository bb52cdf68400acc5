/**
 * A place for downloaded files. It holds entries, an entry holds parts that only grow at their end, and two short
 * texts. How many bytes a part has is how many were written: no list beside the bytes can disagree with them.
 */
export interface FilePlace {
  readonly kind: 'opfs' | 'cache';
  /** Names of all entries, whole or not. */
  names(): Promise<string[]>;
  /** Looks at an entry; one that does not exist has no texts and no parts, and comes into being with the first write. */
  open(name: string): Promise<StoreEntry>;
  /** No error where there is none. */
  remove(name: string): Promise<void>;
  /** Bytes that this site uses and may use, as far as the browser says. */
  estimate(): Promise<{ usage: number | null; quota: number | null }>;
}

/** The texts of an entry: `meta` is written when a download starts, `verified` when its SHA-256 was found right. */
export type StoredText = 'meta' | 'verified';

export interface StoreEntry {
  readText(which: StoredText): Promise<string | null>;
  writeText(which: StoredText, text: string): Promise<void>;
  /** Bytes of each part that has any. */
  lengths(): Promise<Map<number, number>>;
  /**
   * Adds to a part's end; all of it is kept when the promise resolves.
   * @throws DOMException 'QuotaExceededError' where there is no more room; some of the bytes may then be kept.
   */
  append(part: number, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** @throws where fewer bytes are there. */
  read(part: number, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Ends a part: nothing more will be added to it, and what was held open for it is let go. */
  seal(part: number): Promise<void>;
  /** Removes what is there of a part. No error where there is nothing. */
  clear(part: number): Promise<void>;
  /** Lets go of everything; the bytes stay. */
  close(): Promise<void>;
}

export function isQuotaError(error: unknown): boolean {
  return (error as { name?: unknown } | null)?.name === 'QuotaExceededError';
}

export function quotaError(): DOMException {
  return new DOMException('There is no more room.', 'QuotaExceededError');
}
