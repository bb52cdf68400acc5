/**
 * The origin's private file system: a folder an entry, a file a part. Parts are written in place through synchronous handles,
 * which only dedicated workers have; reading a part that is not being written takes no handle, so that any number of tabs can.
 */
import { InspectorError } from '@/common/errors';
import { estimateStorage, fromBrowser } from './browser';
import type { FilePlace, StoredText, StoreEntry } from './place';
import { readOpen, writeAll } from './syncHandle';

const ROOT = 'latent-inspector';

/** The private file system, where this browser lets this page write there; null otherwise. */
export async function openOpfs(root = ROOT): Promise<FilePlace | null> {
  try {
    const folder = await folderNamed(root);
    if (!folder) return null;
    await tryOut(folder);
    return new OpfsPlace(root);
  } catch {
    return null;
  }
}

/** Null where the browser has no private file system. */
async function folderNamed(root: string): Promise<FileSystemDirectoryHandle | null> {
  const storage = fromBrowser((browser) => browser.navigator?.storage);
  const top = await storage?.getDirectory?.();
  return top ? top.getDirectoryHandle(root, { create: true }) : null;
}

/** Private windows and older browsers hand out folders in which nothing can be written. */
async function tryOut(folder: FileSystemDirectoryHandle): Promise<void> {
  const name = `trial-${Math.random().toString(36).slice(2)}`;
  const file = await folder.getFileHandle(name, { create: true });
  try {
    const handle = await file.createSyncAccessHandle();
    writeAll(handle, new Uint8Array(1));
    handle.close();
  } finally {
    await folder.removeEntry(name);
  }
}

class OpfsPlace implements FilePlace {
  readonly kind = 'opfs';
  readonly estimate = estimateStorage;

  constructor(private readonly root: string) {}

  async names(): Promise<string[]> {
    const found: string[] = [];
    for await (const [name, handle] of (await this.folder()).entries()) {
      if (handle.kind === 'directory') found.push(name);
    }
    return found;
  }

  async open(name: string): Promise<StoreEntry> {
    return new OpfsEntry(await this.folder(), name);
  }

  async remove(name: string): Promise<void> {
    await (await this.folder()).removeEntry(name, { recursive: true }).catch(unlessMissing);
  }

  /** Asked for each time: the browser may clear it at any moment, and what was known of it is then of no use. */
  private async folder(): Promise<FileSystemDirectoryHandle> {
    const folder = await folderNamed(this.root);
    if (!folder) throw new DOMException('There is no private file system.', 'NotFoundError');
    return folder;
  }
}

class OpfsEntry implements StoreEntry {
  private readonly handles = new Map<number, Promise<FileSystemSyncAccessHandle>>();

  constructor(
    private readonly parent: FileSystemDirectoryHandle,
    private readonly name: string,
  ) {}

  async readText(which: StoredText): Promise<string | null> {
    const file = await this.file(`${which}.json`).catch(unlessMissing);
    return file ? (await file.getFile()).text() : null;
  }

  async writeText(which: StoredText, text: string): Promise<void> {
    const file = await this.file(`${which}.json`, true);
    const handle = await openHandle(file);
    try {
      handle.truncate(0);
      writeAll(handle, new TextEncoder().encode(text));
      handle.flush();
    } finally {
      handle.close();
    }
  }

  async lengths(): Promise<Map<number, number>> {
    const found = new Map<number, number>();
    const folder = await this.parent.getDirectoryHandle(this.name).catch(unlessMissing);
    if (!folder) return found;
    for await (const [name, handle] of folder.entries()) {
      const number = /^part-(\d+)$/.exec(name)?.[1];
      if (number !== undefined) {
        found.set(Number(number), (await (handle as FileSystemFileHandle).getFile()).size);
      }
    }
    return found;
  }

  async append(part: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const handle = await this.handle(part);
    writeAll(handle, bytes);
    handle.flush();
  }

  async read(part: number, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const open = await this.handles.get(part);
    const bytes = open
      ? readOpen(open, offset, length)
      : await readBlob(await (await this.file(partName(part))).getFile(), offset, length);
    if (bytes.length < length) throw new Error(`Part ${part} ends before byte ${offset + length}.`);
    return bytes;
  }

  async seal(part: number): Promise<void> {
    const handle = this.handles.get(part);
    this.handles.delete(part);
    // A handle that could not be opened has been reported by whoever wanted to write.
    (await handle?.catch(() => null))?.close();
  }

  async clear(part: number): Promise<void> {
    await this.seal(part);
    const folder = await this.parent.getDirectoryHandle(this.name).catch(unlessMissing);
    await folder?.removeEntry(partName(part)).catch(unlessMissing);
  }

  async close(): Promise<void> {
    for (const part of [...this.handles.keys()]) await this.seal(part);
  }

  private handle(part: number): Promise<FileSystemSyncAccessHandle> {
    const open = this.handles.get(part) ?? this.file(partName(part), true).then(openHandle);
    this.handles.set(part, open);
    return open;
  }

  private async file(name: string, create = false): Promise<FileSystemFileHandle> {
    const folder = await this.parent.getDirectoryHandle(this.name, { create });
    return folder.getFileHandle(name, { create });
  }
}

const partName = (part: number): string => `part-${String(part).padStart(4, '0')}`;

/** Milliseconds for which a file that something else holds open is tried again, and between two tries. */
const PATIENCE = 5000;
const PAUSE = 250;

/** A worker that just died may hold a file for a moment; another tab, in browsers without locks, for long. */
async function openHandle(file: FileSystemFileHandle): Promise<FileSystemSyncAccessHandle> {
  const end = performance.now() + PATIENCE;
  for (;;) {
    try {
      return await file.createSyncAccessHandle();
    } catch (cause) {
      if ((cause as Error).name !== 'NoModificationAllowedError') throw cause;
      if (performance.now() > end) {
        throw new InspectorError(
          'busy',
          'The file on this computer is held open by another tab.',
          'Close the other tabs with this page, then open the model again.',
          { cause },
        );
      }
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

async function readBlob(blob: Blob, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
}

function unlessMissing(error: unknown): null {
  if ((error as Error).name === 'NotFoundError') return null;
  throw error;
}
