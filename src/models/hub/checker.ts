import { createSHA256, createXXHash64, type IHasher } from 'hash-wasm';
import { discard } from '../files/discard';
import type { StoredDownloadFile } from './storedDownloadFile';

/** Bytes that are read back at once, and the fewest worth reading before the file is all here. */
const PIECE = 4 * 2 ** 20;
const WORTHWHILE = 2 ** 20;

/**
 * Computes the SHA-256 of a file that arrives in any order: it follows in the file's order behind the bytes that are kept,
 * those of earlier visits too. (The browser's own digest wants all bytes at once.)
 */
export class Checker {
  /** Set from outside: this file is no longer of interest. */
  stopped = false;
  /** XXH64 of the parts that were followed to their ends. */
  readonly parts: string[] = [];
  private hashed = 0;
  private running = false;

  private constructor(
    private readonly hasher: IHasher,
    private readonly ofPart: IHasher,
    private readonly file: StoredDownloadFile,
  ) {}

  static async create(file: StoredDownloadFile): Promise<Checker> {
    return new Checker(await createSHA256(), await createXXHash64(), file);
  }

  /**
   * Goes on as far as it can. Resolves with the hash, hexadecimal, from the call that reaches the file's end; with null from
   * all others.
   */
  async follow(): Promise<string | null> {
    if (this.running) return null;
    this.running = true;
    try {
      while (!this.stopped && this.hashed < this.file.total) {
        const ready = this.file.frontier(this.hashed) - this.hashed;
        if (ready < WORTHWHILE && this.hashed + ready < this.file.total) return null;
        const part = this.file.partAt(this.hashed);
        const left = part.start + part.length - this.hashed;
        const piece = await this.file.read(this.hashed, Math.min(ready, PIECE, left));
        this.hasher.update(piece);
        this.ofPart.update(piece);
        this.hashed += piece.length;
        if (piece.length === left) {
          this.parts.push(this.ofPart.digest());
          this.ofPart.init();
        }
        discard(piece);
        // Reading an open file takes no turn of the event loop, and others want theirs.
        await new Promise((resolve) => setTimeout(resolve));
      }
      return this.stopped ? null : this.hasher.digest();
    } finally {
      this.running = false;
    }
  }
}
