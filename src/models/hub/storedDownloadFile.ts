import { discard } from '../files/discard';
import type { StoredDownload } from '../stores/storedDownload';
import { frontier, type Part, partsOf } from './parts';
import { ConnectionLost } from './request';

/** The error where the kept bytes of a part cannot be read. */
export class PartLost extends Error {
  constructor(
    readonly part: Part,
    cause: unknown,
  ) {
    super('What was kept of a part cannot be read.', { cause });
  }
}

/** The end of a part that the store did not take. */
interface Held {
  /** Offset in the part at which it begins. */
  from: number;
  bytes: Uint8Array<ArrayBuffer>;
}

/**
 * A kept download seen as one file: offsets in place of parts. Where the store fails, as on a full disk, what it took stays there
 * and the rest is held in memory.
 */
export class StoredDownloadFile {
  readonly parts: Part[];
  /** True once the store has failed: nothing more is written to it. */
  left = false;
  /** Called once, with what the store failed with. */
  onLeave: (cause: unknown) => void = () => {};
  private readonly held = new Map<Part, Held>();

  constructor(readonly kept: StoredDownload) {
    this.parts = partsOf(kept.meta.total, kept.meta.partBytes, kept.lengths);
  }

  get total(): number {
    return this.kept.meta.total;
  }

  get received(): number {
    return this.parts.reduce((sum, part) => sum + part.here, 0);
  }

  /** Bytes that the store has. */
  get stored(): number {
    return this.parts.reduce((sum, part) => sum + (this.held.get(part)?.from ?? part.here), 0);
  }

  partAt(offset: number): Part {
    return this.parts[Math.floor(offset / this.kept.meta.partBytes)];
  }

  /** End of the bytes that are all here from `offset` on, as an offset. */
  frontier(offset: number): number {
    return frontier(this.parts, offset);
  }

  has(offset: number, length: number): boolean {
    return this.frontier(offset) >= offset + length;
  }

  /**
   * Adds to the part's end.
   * @param at where in the part the bytes belong
   * @throws Cut where the part ends elsewhere by now, as what was kept of it is lost
   */
  async append(part: Part, at: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const { entry } = this.kept;
    const require = () => {
      if (part.here !== at) throw new ConnectionLost('What was kept before these bytes is lost.');
    };
    require();
    try {
      if (!this.left) {
        await entry.append(part.index, bytes);
        if (at + bytes.length === part.length) await entry.seal(part.index);
      }
    } catch (cause) {
      await this.leave(cause);
    }
    require();
    if (!this.left) {
      part.here += bytes.length;
      return;
    }
    // How much of them the store took all the same does not matter: from here on, memory counts.
    const held = this.held.get(part) ?? { from: at, bytes: new Uint8Array(part.length - at) };
    this.held.set(part, held);
    held.bytes.set(bytes, at - held.from);
    part.here += bytes.length;
  }

  /** Writes nothing more to the store. What it has lost has to be fetched again. */
  async leave(cause: unknown): Promise<void> {
    if (this.left) return;
    this.left = true;
    for (const part of this.parts) {
      const end = this.held.get(part)?.from ?? part.here;
      if (end === 0) continue;
      await this.kept.entry.read(part.index, end - 1, 1).catch(() => this.lose(part));
    }
    this.onLeave(cause);
  }

  /** Gives up this part: nothing of it is here any more. */
  lose(part: Part): void {
    this.held.delete(part);
    part.here = 0;
  }

  /**
   * Bytes that are here, in an array of the caller's own.
   * @throws PartLost
   */
  async read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(length);
    for (let at = offset; at < offset + length; ) {
      const part = this.partAt(at);
      const end = Math.min(offset + length, part.start + part.length);
      const piece = await this.readPart(part, at - part.start, end - part.start);
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

  private async readPart(part: Part, from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
    const held = this.held.get(part);
    if (held && from >= held.from) return held.bytes.slice(from - held.from, to - held.from);
    const stored = await this.readStored(part, from, Math.min(to, held?.from ?? to));
    if (!held || to <= held.from) return stored;
    const bytes = new Uint8Array(to - from);
    bytes.set(stored);
    bytes.set(held.bytes.subarray(0, to - held.from), held.from - from);
    return bytes;
  }

  private async readStored(part: Part, from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
    try {
      return await this.kept.entry.read(part.index, from, to - from);
    } catch (cause) {
      throw new PartLost(part, cause);
    }
  }
}
