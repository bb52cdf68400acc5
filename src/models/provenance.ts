/** Origin of the bytes that a model was made from. */
export interface Provenance {
  kind: 'embedded' | 'hub' | 'file';
  /** The address that was asked (after no redirect), or the name of a visitor's file. */
  address: string;
  /** Revision that a hub's file was taken from, which is `main` where the pinned one is gone; null of other files. */
  revision: string | null;
  /** SHA-256 of all bytes; null where they were not all read (a visitor's file) or are not all here yet. */
  sha256: string | null;
  /** Store that keeps the bytes for the next visit; null: none. */
  stored: 'opfs' | 'cache' | null;
  /** Things that did not go as planned but are no failure, one sentence each ("The storage is full, so the file is not kept."). */
  notices: string[];
}
