import type { Span } from './parts';
import type { StoredDownloadFile } from './storedDownloadFile';

interface Reader extends Span {
  resolve(bytes: ArrayBuffer): void;
  reject(error: unknown): void;
}

/** Readers that wait for bytes of a file that is on its way. */
export class Readers {
  private waiting: Reader[] = [];

  /** @param onLost called where bytes that were here cannot be read: whoever asked for them waits on, or is refused with what it throws */
  constructor(private readonly onLost: (cause: unknown) => Promise<void>) {}

  /** Spans that are waited for, the longest waiting first. */
  get spans(): readonly Span[] {
    return this.waiting;
  }

  wait(offset: number, length: number): Promise<ArrayBuffer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ offset, length, resolve, reject });
    });
  }

  /** Hands out what is here now. */
  serve(file: StoredDownloadFile): void {
    const before = this.waiting;
    this.waiting = before.filter((reader) => !file.has(reader.offset, reader.length));
    for (const reader of before) if (!this.waiting.includes(reader)) void this.hand(file, reader);
  }

  fail(error: unknown): void {
    for (const reader of this.waiting) reader.reject(error);
    this.waiting = [];
  }

  private async hand(file: StoredDownloadFile, reader: Reader): Promise<void> {
    try {
      reader.resolve((await file.read(reader.offset, reader.length)).buffer);
    } catch (cause) {
      this.waiting.unshift(reader);
      await this.onLost(cause).catch((error) => {
        this.waiting = this.waiting.filter((other) => other !== reader);
        reader.reject(error);
      });
    }
  }
}
