import { unreadable } from './failures';
import type { KeptFile } from './kept-file';
import type { Span } from './parts';

interface Reader extends Span {
  resolve(bytes: ArrayBuffer | Promise<ArrayBuffer>): void;
  reject(error: unknown): void;
}

/** Those who wait for bytes of a file that is on its way. */
export class Readers {
  private waiting: Reader[] = [];

  /** What is waited for, the longest waiting first. */
  get spans(): readonly Span[] {
    return this.waiting;
  }

  wait(offset: number, length: number): Promise<ArrayBuffer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ offset, length, resolve, reject });
    });
  }

  /** Hands out what is here now; tells how many were served. */
  serve(file: KeptFile): number {
    const before = this.waiting;
    this.waiting = before.filter((reader) => !file.has(reader.offset, reader.length));
    for (const reader of before) {
      if (!this.waiting.includes(reader)) reader.resolve(bytesOf(file, reader));
    }
    return before.length - this.waiting.length;
  }

  fail(error: unknown): void {
    for (const reader of this.waiting) reader.reject(error);
    this.waiting = [];
  }
}

async function bytesOf(file: KeptFile, { offset, length }: Span): Promise<ArrayBuffer> {
  try {
    return (await file.read(offset, length)).buffer;
  } catch (cause) {
    throw unreadable(file.kept.meta.path, cause);
  }
}
