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
