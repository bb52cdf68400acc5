import type { Provenance } from '../provenance';
import type { WeightFile } from '../source';
import type { Kept } from '../stores/kept';
import { unreadable } from './failures';
import { KeptFile } from './kept-file';

/**
 * A file that is all here and was checked when it came: no network, no lock, any number of readers.
 * @param forget removes it, called when it cannot be read as it should
 */
export function storedFile(kept: Kept, provenance: Provenance, forget: () => Promise<void>): WeightFile {
  const file = new KeptFile(kept);
  return {
    name: kept.meta.path,
    byteLength: kept.meta.total,
    sequential: false,
    whole: Promise.resolve(),
    provenance,
    async read(offset, length) {
      try {
        return (await file.read(offset, length)).buffer;
      } catch (cause) {
        await forget().catch(() => {});
        throw unreadable(kept.meta.path, cause);
      }
    },
    finish: () => Promise.resolve(),
    pause() {},
    close: () => file.close(),
  };
}
