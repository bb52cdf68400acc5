/** The models of a hub that are on this computer, so that opening them asks no network. */
import type { ModelSource } from '@/engine/protocol';
import { MAIN } from '@/models/hub/address';
import type { StoredFile } from '@/models/storedFiles';

/** The files that are kept of a model, complete or not. */
export function storedFilesOf(source: ModelSource, files: readonly StoredFile[]): StoredFile[] {
  if (!('base' in source) || !source.manifest.hub) return [];
  const { repository, revision } = source.manifest.hub;
  return files.filter(
    (file) =>
      file.hub === source.base &&
      file.repository === repository &&
      file.path === source.manifest.files[0]?.path &&
      // Where the pinned revision is gone, the file is taken from the main branch.
      (file.revision === revision || file.revision === MAIN),
  );
}

/** Tells whether the engine opens a model without asking any network: one of the main branch only where its SHA-256 is known. */
export function isStored(source: ModelSource, files: readonly StoredFile[]): boolean {
  const { hub, files: expected } = source.manifest;
  return storedFilesOf(source, files).some(
    ({ complete, revision }) =>
      complete && (revision === hub?.revision || typeof expected[0]?.sha256 === 'string'),
  );
}
