import { discard } from '../memory';
import type { Kept } from '../stores/kept';
import { frontier, type Part, partsOf } from './parts';

/** The store, not the network, is what went wrong. */
export class StoreFailed extends Error {
  constructor(cause: unknown) {
    super('The store failed.', { cause });
  }
}

/** A kept download seen as one file: offsets in place of parts. */
export class KeptFile {
  readonly parts: Part[];
  received: number;

  constructor(readonly kept: Kept) {
    this.parts = partsOf(kept.meta.total, kept.meta.partBytes, kept.lengths);
    this.received = kept.bytes;
  }

  get total(): number {
    return this.kept.meta.total;
  }

  partAt(offset: number): Part {
    return this.parts[Math.floor(offset / this.kept.meta.partBytes)];
  }

  /** How far from `offset` on all bytes are here, as an offset. */
  frontier(offset: number): number {
    return frontier(this.parts, offset);
  }

  has(offset: number, length: number): boolean {
    return this.frontier(offset) >= offset + length;
  }

  /**
   * Adds to the part's end.
   * @throws StoreFailed; how many bytes are there is then not known.
   */
  async append(part: Part, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const { entry } = this.kept;
    try {
      await entry.append(part.index, bytes);
      part.here += bytes.length;
      this.received += bytes.length;
      if (part.here === part.length) await entry.seal(part.index);
    } catch (cause) {
      throw new StoreFailed(cause);
    }
  }

  /** Bytes that are here, in an array of the caller's own. */
  async read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(length);
    for (let at = offset; at < offset + length; ) {
      const part = this.partAt(at);
      const end = Math.min(offset + length, part.start + part.length);
      const piece = await this.kept.entry.read(part.index, at - part.start, end - at);
      if (piece.length === length) return piece;
      bytes.set(piece, at - offset);
      discard(piece);
      at = end;
    }
    return bytes;
  }

  close(): Promise<void> {
    return this.kept.entry.close();
  }
}
