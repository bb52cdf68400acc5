/** Downloaded files that are kept on the visitor's computer. */
export interface StoredFile {
  key: string;
  /** The hub's address. */
  hub: string;
  repository: string;
  revision: string;
  path: string;
  /** Bytes that are here. */
  bytes: number;
  total: number;
  /** All here, and the SHA-256 was right. */
  complete: boolean;
}

export interface StoredFiles {
  files: StoredFile[];
  /** Store that keeps them; null: this browser lets this page keep nothing. */
  place: 'opfs' | 'cache' | null;
  /** Bytes that this site uses and may use, as the browser estimates it; null where it does not say. */
  usage: number | null;
  quota: number | null;
}
