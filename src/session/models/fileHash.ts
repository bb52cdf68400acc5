/** The SHA-256 of a visitor's own file, for those who want to tell two apart for certain. */

import { importPatiently } from '@/common/importing';

const PIECE = 4 << 20;

/** Computed once for each file. */
const known = new WeakMap<Blob, string>();

/**
 * The SHA-256 of all bytes, 64 hexadecimal digits.
 * @throws the signal's reason; what reading the file meets
 */
export async function fileHash(
  file: Blob,
  signal: AbortSignal,
  onProgress: (fraction: number) => void,
): Promise<string> {
  const before = known.get(file);
  if (before) return before;
  const { createSHA256 } = await importPatiently(() => import('hash-wasm'));
  const hash = await createSHA256();
  for (let at = 0; at < file.size; at += PIECE) {
    signal.throwIfAborted();
    hash.update(new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer()));
    onProgress(Math.min(1, (at + PIECE) / file.size));
  }
  const digest = hash.digest('hex');
  known.set(file, digest);
  return digest;
}
