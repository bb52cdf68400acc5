/** A store in memory, with the faults that disks have. */
import { type FilePlace, quotaError, type StoredText, type StoreEntry } from '@/models/stores/place';

interface Folder {
  texts: Map<StoredText, string>;
  parts: Map<number, Uint8Array<ArrayBuffer>[]>;
}

export class MemoryPlace implements FilePlace {
  readonly kind = 'opfs';
  readonly folders = new Map<string, Folder>();
  /** Bytes that may be kept; what goes beyond is written as far as it fits, then refused. */
  room = Number.POSITIVE_INFINITY;
  /** Bytes that may be used, as `estimate` says; null: it says nothing. */
  quota: number | null = null;
  /** Folders whose bytes are gone, though the lists have them. */
  lost = new Set<Folder>();
  /** Milliseconds that writing takes. */
  delay = 0;
  /** Milliseconds that reading takes. */
  readDelay = 0;
  /** Error that writing throws, where the browser has taken the store away. */
  refusal: DOMException | null = null;
  /** Called when bytes were written. */
  onWrite: (bytes: number) => void = () => {};

  get usage(): number {
    const parts = [...this.folders.values()].flatMap((folder) => [...folder.parts.values()].flat());
    return parts.reduce((sum, piece) => sum + piece.length, 0);
  }

  async names(): Promise<string[]> {
    return [...this.folders.keys()];
  }

  async estimate() {
    return { usage: this.usage, quota: this.quota };
  }

  async remove(name: string): Promise<void> {
    this.folders.delete(name);
  }

  async open(name: string): Promise<StoreEntry> {
    const folder = (): Folder => {
      const found = this.folders.get(name) ?? { texts: new Map(), parts: new Map() };
      this.folders.set(name, found);
      return found;
    };
    return {
      readText: async (which) => this.folders.get(name)?.texts.get(which) ?? null,
      writeText: async (which, text) => {
        if (this.refusal) throw this.refusal;
        folder().texts.set(which, text);
      },
      lengths: async () =>
        new Map([...(this.folders.get(name)?.parts ?? [])].map(([part, pieces]) => [part, sum(pieces)])),
      append: async (part, bytes) => {
        await new Promise((resolve) => setTimeout(resolve, this.delay));
        if (this.refusal) throw this.refusal;
        const kept = bytes.slice(0, Math.max(0, this.room - this.usage));
        const { parts } = folder();
        parts.set(part, [...(parts.get(part) ?? []), kept]);
        this.onWrite(kept.length);
        if (kept.length < bytes.length) throw quotaError();
      },
      read: async (part, offset, length) => {
        if (this.readDelay > 0) await new Promise((resolve) => setTimeout(resolve, this.readDelay));
        if (this.lost.has(folder())) throw new Error('The bytes are gone.');
        const all = Buffer.concat(this.folders.get(name)?.parts.get(part) ?? []);
        if (all.length < offset + length) throw new Error('Not all of it is here.');
        return new Uint8Array(all.subarray(offset, offset + length));
      },
      seal: async () => {},
      clear: async (part) => void this.folders.get(name)?.parts.delete(part),
      close: async () => {},
    };
  }
}

const sum = (pieces: Uint8Array[]): number => pieces.reduce((total, piece) => total + piece.length, 0);

/** Locks as browsers have them, for one process. */
export function memoryLocks(): Pick<LockManager, 'request'> {
  const held = new Map<string, Promise<unknown>>();
  const request = async (
    name: string,
    { ifAvailable, signal }: LockOptions,
    callback: (lock: Lock | null) => unknown,
  ) => {
    if (held.has(name) && ifAvailable) return callback(null);
    while (held.has(name)) {
      const aborted = new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
      await Promise.race([held.get(name), aborted]);
    }
    const holding = Promise.resolve(callback({ name, mode: 'exclusive' }));
    held.set(name, holding);
    await holding.finally(() => held.delete(name));
  };
  return { request: request as LockManager['request'] };
}
