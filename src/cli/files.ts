/** Files of pictures and weights: found, hashed, read in pieces. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { InspectorError } from '../errors';
import type { ByteSource } from '../weights/source';

export interface PictureFile {
  path: string;
  /** Relative to the folder that was given, with forward slashes: the same on every computer. */
  name: string;
  /** Null where the file cannot be read. */
  sha256: string | null;
}

const EXTENSIONS = /\.(png|jpe?g|jfif|webp)$/i;

/**
 * Files as they are given, whatever their names; of folders all files with a picture's extension, at any depth.
 * @returns by name; each content once, and the other names under which it is there too
 * @throws InspectorError `not-found`
 */
export async function findPictures(
  given: readonly string[],
): Promise<{ pictures: PictureFile[]; copies: { name: string; sameAs: string }[] }> {
  const found = new Map<string, string>();
  const add = (name: string, path: string) => {
    const other = found.get(name);
    if (other !== undefined && other !== path) {
      throw new InspectorError(
        'bad-file',
        `Two pictures are called "${name}": ${other} and ${path}.`,
        'Rename one, or give the folder that holds both.',
      );
    }
    found.set(name, path);
  };
  for (const each of given) {
    const about = await stat(each).catch(() => null);
    if (!about) throw new InspectorError('not-found', `There is no file or folder "${each}".`);
    if (!about.isDirectory()) {
      add(basename(each), each);
      continue;
    }
    for (const entry of await readdir(each, { recursive: true, withFileTypes: true })) {
      // Links of a dataset's folder are files here; Node 20 calls the folder `path`.
      if (entry.isDirectory() || !EXTENSIONS.test(entry.name)) continue;
      const path = join(entry.parentPath ?? entry.path, entry.name);
      add(relative(each, path).split(sep).join('/'), path);
    }
  }
  if (found.size === 0) {
    throw new InspectorError(
      'not-found',
      `There are no pictures in ${given.map((each) => `"${each}"`).join(', ')}.`,
      'Give files or folders with PNG, JPEG or WebP pictures.',
    );
  }
  return distinct(found);
}

async function distinct(found: ReadonlyMap<string, string>) {
  const pictures: PictureFile[] = [];
  const copies: { name: string; sameAs: string }[] = [];
  const names = new Map<string, string>();
  for (const [name, path] of [...found].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const sha256 = await hashFile(path).catch(() => null);
    const sameAs = sha256 === null ? undefined : names.get(sha256);
    if (sameAs !== undefined) {
      copies.push({ name, sameAs });
      continue;
    }
    if (sha256 !== null) names.set(sha256, name);
    pictures.push({ name, path, sha256 });
  }
  return { pictures, copies };
}

/** SHA-256 of a file of any length, hexadecimal. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(piece);
  return hash.digest('hex');
}

export function hashText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A file on the disk, of which only what is asked for is read. */
export async function fileSource(path: string): Promise<ByteSource & { close(): Promise<void> }> {
  const file = await open(path);
  const { size } = await file.stat();
  return {
    name: basename(path),
    byteLength: size,
    async read(offset, length) {
      const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
      for (let done = 0; done < bytes.length; ) {
        const { bytesRead } = await file.read(bytes, done, bytes.length - done, offset + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return bytes.buffer;
    },
    close: () => file.close(),
  };
}
