import type { Provenance } from '../provenance';
import type { WeightFile } from '../source';
import type { Kept } from '../stores/kept';
import { KeptFile } from './kept-file';

/**
 * A file that is all here and was checked when it came: no network, no lock, any number of readers.
 * @param check looks whether it is still right, in the background; rejects where it is not; null: no need
 * @param again opens the file anew, from the hub, called when it cannot be read any more: the browser has cleared it
 */
export function storedFile(
  kept: Kept,
  provenance: Provenance,
  check: ((signal: AbortSignal) => Promise<void>) | null,
  again: () => Promise<WeightFile>,
): WeightFile {
  const file = new KeptFile(kept);
  const control = new AbortController();
  const whole = check ? check(control.signal) : Promise.resolve();
  whole.catch(() => {});
  let closed = false;
  let next: Promise<WeightFile> | null = null;
  let current: WeightFile | null = null;

  /** Those who read meanwhile share one download; where it does not begin, the next read tries once more. */
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
    name: kept.meta.path,
    byteLength: kept.meta.total,
    sequential: false,
    whole,
    get provenance() {
      return current?.provenance ?? provenance;
    },
    async read(offset, length) {
      if (next) return (await next).read(offset, length);
      try {
        return (await file.read(offset, length)).buffer;
      } catch {
        return (await renewed()).read(offset, length);
      }
    },
    finish: () => whole,
    pause: (paused) => current?.pause(paused),
    async close() {
      closed = true;
      control.abort();
      await file.close().catch(() => {});
      await current?.close();
    },
  };
}
