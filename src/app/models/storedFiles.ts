import type { ModelManifest } from '@/models/manifest';
import type { InspectorState } from '@/session/types';
import { bytes, bytesOf } from '../parts/format';

export type Stored = InspectorState['stored'];
export type StoredFile = NonNullable<Stored>['files'][number];

/** The file that is kept of a model on this computer; null where none is, or where that was not asked yet. */
export function storedFileOf(manifest: ModelManifest, stored: Stored): StoredFile | null {
  const { hub, files } = manifest;
  if (!hub || !stored) return null;
  const found = stored.files.filter(
    ({ repository, path }) => repository === hub.repository && path === files[0]?.path,
  );
  // A file may be there in the pinned revision and in the one that stood in for it.
  return found.find(({ complete }) => complete) ?? found[0] ?? null;
}

/** "335 MB", "47 of 167 MB". */
export function storedAmount(file: Pick<StoredFile, 'bytes' | 'total' | 'complete'>): string {
  return file.complete ? bytes(file.total) : bytesOf(file.bytes, file.total);
}

/** Sentences on what the place where the files are kept means. */
export function placeWords(place: NonNullable<Stored>['place']): string {
  switch (place) {
    case 'opfs':
      return 'They lie in this browser\u2019s private file system for this site (OPFS). No other site can read them. Clearing the site\u2019s data deletes them, and the browser may when the disk is full.';
    case 'cache':
      return 'They lie in this browser\u2019s cache for this site. No other site can read them. Clearing the site\u2019s data deletes them, and the browser may when the disk is full.';
    case null:
      return 'This browser lets this page keep nothing, as in a private window or in a frame of another site. A model is downloaded again at each visit.';
  }
}

/** "502 MB of the 2.1 GB that this site may use."; null where the browser says neither. */
export function quotaWords(stored: NonNullable<Stored>): string | null {
  const { usage, quota } = stored;
  if (usage === null) return null;
  const used = `This site uses ${bytes(usage)}`;
  return quota === null ? `${used}.` : `${used} of the ${bytes(quota)} that the browser grants it.`;
}
