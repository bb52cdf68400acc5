import { InspectorError } from '@/common/errors';
import { addressOf } from '../hub/address';
import type { StoredFile, StoredFiles } from '../storedFiles';
import { browserLocks, type Locks, tryLock } from './locks';
import { openPlace } from './open';
import type { FilePlace } from './place';
import { nameOf, openStoredDownload } from './storedDownload';

type Place = FilePlace | null | Promise<FilePlace | null>;

/** The downloaded files that are kept on this computer, whole or not. What makes no sense there is removed. */
export async function listStored(
  from: Place = openPlace(),
  locks: Locks | null = browserLocks(),
): Promise<StoredFiles> {
  const place = await from;
  if (!place) return { files: [], place: null, usage: null, quota: null };
  const files: StoredFile[] = [];
  for (const name of await place.names()) {
    const kept = await openStoredDownload(place, name);
    if (!kept) {
      await sweep(place, name, locks);
      continue;
    }
    const { hub, repository, revision, path, total } = kept.meta;
    const complete = kept.verified !== null;
    files.push({
      key: addressOf(kept.meta),
      hub,
      repository,
      revision,
      path,
      bytes: kept.bytes,
      total,
      complete,
    });
  }
  files.sort((a, b) => a.key.localeCompare(b.key));
  return { files, place: place.kind, ...(await place.estimate()) };
}

/**
 * Deletes a file, also one of which only a part is here. Whoever has it open for reading finds that it is gone.
 * @throws InspectorError 'busy' while it is being downloaded, here or in another tab.
 */
export async function removeStored(
  key: string,
  from: Place = openPlace(),
  locks: Locks | null = browserLocks(),
): Promise<StoredFiles> {
  const place = await from;
  if (place) await remove(place, await nameOf(key), locks);
  return listStored(place, locks);
}

async function remove(place: FilePlace, name: string, locks: Locks | null): Promise<void> {
  const release = await tryLock(locks, name);
  if (!release) throw busy();
  try {
    await place.remove(name);
  } catch (error) {
    throw (error as Error).name === 'NoModificationAllowedError' ? busy(error) : error;
  } finally {
    release();
  }
}

function busy(cause?: unknown): InspectorError {
  return new InspectorError(
    'busy',
    'This file is being downloaded, so it cannot be deleted now.',
    'Cancel the download first, also in other tabs.',
    { cause },
  );
}

/** An entry without sense may be one that another tab is about to write: only where nobody holds it. */
async function sweep(place: FilePlace, name: string, locks: Locks | null): Promise<void> {
  if (locks) await remove(place, name, locks).catch(() => {});
}
