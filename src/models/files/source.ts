import type { Provenance } from '../provenance';

/**
 * Bytes that can be read in pieces: a downloaded buffer, a file on the visitor's disk, or an address that answers
 * range requests. A checkpoint of several gigabytes is never read whole.
 */
export interface ByteSource {
  /** Whose bytes, for messages: a file's name. */
  name: string;
  byteLength: number;
  read(offset: number, length: number): Promise<ArrayBuffer>;
}

/** Bytes already in memory. */
export function bufferSource(buffer: ArrayBuffer, name = 'the file'): ByteSource {
  return {
    name,
    byteLength: buffer.byteLength,
    read: async (offset, length) => buffer.slice(offset, offset + length),
  };
}

/** A file on the visitor's disk. */
export function blobSource(blob: Blob, name = blob instanceof File ? blob.name : 'the file'): ByteSource {
  return {
    name,
    byteLength: blob.size,
    read: (offset, length) => blob.slice(offset, offset + length).arrayBuffer(),
  };
}

/**
 * A model's file that may still be on its way. Reading waits for the bytes, and asks for them before others where that is
 * possible.
 */
export interface WeightFile extends ByteSource {
  /**
   * True where the bytes are kept nowhere: then reads must go forward (each offset at or after the end of the last read), so
   * whoever reads takes the tensors in the file's order, all in one pass. What lies between is passed over.
   */
  readonly sequential: boolean;
  /**
   * Resolves when all bytes were here and their SHA-256 was right (or none was known); rejects with 'bad-file', 'network' or
   * 'aborted'. Of a sequential file it may stay open until `finish`. Failures that nobody awaits are not reported as unhandled.
   */
  readonly whole: Promise<void>;
  readonly provenance: Provenance;
  /** Reads what is left, so that the SHA-256 can be checked; the same promise as `whole`. */
  finish(): Promise<void>;
  pause(paused: boolean): void;
  /** Stops whatever is under way and lets go of files and locks; bytes that are kept stay for the next time. */
  close(): Promise<void>;
}
