import type { WeightFile } from '../files/source';
import type { Provenance } from '../provenance';
import type { StoredDownload } from '../stores/storedDownload';
import { PartLost, StoredDownloadFile } from './storedDownloadFile';

/**
 * A file that is all here and was checked when it came: no network, no lock, any number of readers. Reading throws PartLost where
 * its bytes are gone.
 * @param check looks whether it is still right, in the background; rejects where it is not; null: no need
 */
export function storedFile(
  kept: StoredDownload,
  provenance: Provenance,
  check: ((signal: AbortSignal) => Promise<void>) | null,
): WeightFile {
  const file = new StoredDownloadFile(kept);
  const control = new AbortController();
  const whole = check ? check(control.signal) : Promise.resolve();
  whole.catch(() => {});
  return {
    name: kept.meta.path,
    byteLength: kept.meta.total,
    sequential: false,
    whole,
    provenance,
    read: async (offset, length) => (await file.read(offset, length)).buffer,
    finish: () => whole,
    pause: () => {},
    async close() {
      control.abort();
      await file.close().catch(() => {});
    },
  };
}

/**
 * A kept file that outlives what the browser kept of it: where its bytes are gone, it is opened anew, and reading goes on.
 * @param again opens it from the hub
 */
export function renewedFile(first: WeightFile, again: () => Promise<WeightFile>): WeightFile {
  let closed = false;
  let next: Promise<WeightFile> | null = null;
  let current = first;

  /** Opens it again, in one download for all who read meanwhile; where it does not begin, the next read tries once more. */
  function renewed(): Promise<WeightFile> {
    next ??= again().then(
      (opened) => {
        current = opened;
        if (closed) void opened.close();
        return opened;
      },
      (error) => {
        next = null;
        throw error;
      },
    );
    return next;
  }

  return {
    name: first.name,
    byteLength: first.byteLength,
    sequential: first.sequential,
    whole: first.whole,
    get provenance() {
      return current.provenance;
    },
    async read(offset, length) {
      if (next) return (await next).read(offset, length);
      try {
        return await first.read(offset, length);
      } catch (cause) {
        if (!(cause instanceof PartLost)) throw cause;
        return (await renewed()).read(offset, length);
      }
    },
    finish: () => first.finish(),
    pause: (paused) => current.pause(paused),
    async close() {
      closed = true;
      await first.close();
      if (current !== first) await current.close();
    },
  };
}
