/** SHA-256, hexadecimal, in pages that may lack the browser's own (it takes a secure context). */

import { importPatiently } from '@/common/importing';

/** Hashes that were computed already, by file. */
const known = new WeakMap<Blob, string>();

/**
 * Hexadecimal. Read in pieces: a checkpoint may be larger than the memory.
 * @throws DOMException where the file cannot be read; the signal's reason
 */
export async function hashBlob(blob: Blob, signal?: AbortSignal): Promise<string> {
  const before = known.get(blob);
  if (before !== undefined) return before;
  const { createSHA256 } = await importPatiently(() => import('hash-wasm'));
  const hash = await createSHA256();
  hash.init();
  const reader = blob.stream().getReader();
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { done, value } = await reader.read();
      if (done) break;
      hash.update(value);
    }
  } finally {
    reader.cancel().catch(() => {});
  }
  const digest = hash.digest('hex');
  known.set(blob, digest);
  return digest;
}

export async function hashText(text: string): Promise<string> {
  const { sha256 } = await importPatiently(() => import('hash-wasm'));
  return sha256(text);
}
