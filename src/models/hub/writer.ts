import { discard } from '../files/discard';
import type { Network } from './network';
import type { Part } from './parts';
import type { StoredDownloadFile } from './storedDownloadFile';

/** Bytes are written in runs of about this length, and at least this often (milliseconds). */
const RUN_BYTES = 2 ** 20;
const RUN_TIME = 1000;

/** Gathers what one connection brings, and writes it in runs: stores are slow at many small writes. */
export class Writer {
  private part: Part | null = null;
  private held: Uint8Array<ArrayBuffer>[] = [];
  private bytes = 0;
  /** Offset in the part at which what is held begins. */
  private at = 0;
  private since = 0;

  /** @param urgent whether somebody waits for bytes of this part: then they are written as they come */
  constructor(
    private readonly file: StoredDownloadFile,
    private readonly network: Network,
    private readonly urgent: (part: Part) => boolean,
  ) {}

  /**
   * Takes bytes that belong at an offset, and their memory with them. What is here already is dropped.
   * @returns how many of them were new
   */
  async add(offset: number, chunk: Uint8Array<ArrayBuffer>): Promise<number> {
    let fresh = 0;
    const until = offset + chunk.length;
    for (let at = offset; at < until; ) {
      const part = this.file.partAt(at);
      if (part !== this.part) await this.turnTo(part);
      const end = Math.min(until, part.start + part.length);
      // Where the part has lost bytes, that is beyond its end, and will be refused when it is written.
      if (this.bytes === 0) this.at = Math.max(at - part.start, part.here);
      const from = Math.max(at, part.start + this.at + this.bytes);
      if (from < end) this.hold(chunk.subarray(from - offset, end - offset));
      fresh += Math.max(0, end - from);
      at = end;
      if (this.isDue(part)) await this.flush();
    }
    return fresh;
  }

  /** Writes what is held. */
  async flush(): Promise<void> {
    const { held, part, bytes } = this;
    // First let go of it: what failed to be written once must not be written again, as half of it may be there.
    this.held = [];
    this.bytes = 0;
    this.since = this.network.elapsed();
    if (!part || bytes === 0) return;
    const run = joined(held, bytes);
    await this.file.append(part, this.at, run);
    // A piece alone may share its buffer with what has not been written yet.
    if (held.length > 1) discard(run);
  }

  private async turnTo(part: Part): Promise<void> {
    await this.flush();
    this.part = part;
  }

  private hold(bytes: Uint8Array<ArrayBuffer>): void {
    this.held.push(bytes);
    this.bytes += bytes.length;
  }

  private isDue(part: Part): boolean {
    return (
      this.bytes >= RUN_BYTES ||
      this.at + this.bytes === part.length ||
      this.network.elapsed() - this.since >= RUN_TIME ||
      this.urgent(part)
    );
  }
}

function joined(pieces: Uint8Array<ArrayBuffer>[], length: number): Uint8Array<ArrayBuffer> {
  if (pieces.length === 1) return pieces[0];
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
    // Here, too: only where nothing else of the chunk is still wanted.
    if (piece.byteLength === piece.buffer.byteLength) discard(piece);
  }
  return bytes;
}
