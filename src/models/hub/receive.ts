import type { Network } from './network';
import type { Part } from './parts';
import { chunks, endedEarly } from './request';
import type { StoredDownloadFile } from './storedDownloadFile';
import { Writer } from './writer';

export interface Receiving {
  file: StoredDownloadFile;
  network: Network;
  /** Tells whether somebody waits for bytes of this part. */
  urgent(part: Part): boolean;
  /** Called after each chunk with the number of its bytes that were not here before; most of them are written by then. */
  onBytes(fresh: number): void;
}

/**
 * Writes what a response brings: the bytes `from` to `to` (exclusive) of the file. The next chunk is not taken before there is
 * room for it, so that a fast network cannot fill the memory. Whatever ends it, all that came is written.
 *
 * @throws Cut or TooShort where it ends early, or what the connection throws.
 */
export async function receive(
  response: Response,
  from: number,
  to: number,
  signal: AbortSignal,
  { file, network, urgent, onBytes }: Receiving,
): Promise<void> {
  const writer = new Writer(file, network, urgent);
  let at = from;
  try {
    for await (const chunk of chunks(response, network, signal)) {
      const bytes = chunk.subarray(0, to - at);
      // Asked now: once it is written, there is nothing left of it.
      const { length } = bytes;
      const fresh = await writer.add(at, bytes);
      at += length;
      onBytes(fresh);
      if (at === to) return;
    }
  } finally {
    await writer.flush();
    onBytes(0);
  }
  throw endedEarly(response, at, to);
}
