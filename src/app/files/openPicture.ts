import type { InspectorActions } from '@/session/types';

/** Opens a picture; what goes wrong is shown by the store, so nothing is left to do with it here. */
export function openPicture(actions: InspectorActions, source: string | Blob | ImageBitmapSource): void {
  actions.setPicture(source).catch(() => {});
}
