import type { InspectorStore } from '../state/types';

/** Opens a picture; what goes wrong is shown by the store, so nothing is left to do with it here. */
export function openPicture(actions: InspectorStore, source: string | Blob | ImageBitmapSource): void {
  actions.setPicture(source).catch(() => {});
}

/** The first picture among files that were chosen, dropped or pasted; any file, if none says it is one. */
export function pictureAmong(data: DataTransfer | null): File | null {
  const files = [...(data?.files ?? [])];
  return files.find((file) => file.type.startsWith('image/')) ?? files[0] ?? null;
}
