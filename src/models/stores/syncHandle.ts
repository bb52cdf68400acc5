/** Writes to and reads from a file's synchronous handle, whose counts are looked at before they are believed. */
import { quotaError } from './place';

type Handle = Pick<FileSystemSyncAccessHandle, 'getSize' | 'read' | 'write'>;

/** Chromium returns an error's number in place of a count, and below zero there means beyond four thousand millions here. */
const WRAPS = 2 ** 32;
/** Chromium's number for a disk, or a share of it, that is full. */
const NO_SPACE = -8;

/**
 * Adds to the file's end; writes that are too short happen when the disk fills up.
 * @throws DOMException 'QuotaExceededError' where there is no more room, 'UnknownError' where the browser says no more than that it failed
 */
export function writeAll(handle: Handle, bytes: Uint8Array<ArrayBuffer>): void {
  let rest = bytes;
  while (rest.length > 0) {
    const written = handle.write(rest, { at: handle.getSize() });
    if (written === 0 || written - WRAPS === NO_SPACE) throw quotaError();
    rest = rest.subarray(believable(written, rest.length));
  }
}

/** Bytes from `offset` on, fewer where the file ends. @throws DOMException 'UnknownError' */
export function readOpen(handle: Handle, offset: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  return bytes.subarray(0, believable(handle.read(bytes, { at: offset }), length));
}

function believable(count: number, most: number): number {
  if (count >= 0 && count <= most) return count;
  const number = count > most ? count - WRAPS : count;
  throw new DOMException(`The browser's file system failed (error ${number}).`, 'UnknownError');
}
