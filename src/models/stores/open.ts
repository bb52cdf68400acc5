import { openCache } from './cache';
import { openOpfs } from './opfs';
import type { FilePlace } from './place';

let opened: Promise<FilePlace | null> | null = null;

/** The best place that this browser offers this page, chosen once; null: none. */
export function openPlace(): Promise<FilePlace | null> {
  opened ??= openOpfs().then((place) => place ?? openCache());
  return opened;
}
