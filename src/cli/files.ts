/** Files of pictures and weights: found, hashed, read in pieces. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { InspectorError } from '../errors';
import { distinctPictures, type NamedPicture } from '../report/pictures';
import type { ByteSource } from '../weights/source';

/** Its name is relative to the folder that was given, with forward slashes: the same on every computer. */
export interface PictureFile extends NamedPicture {
  path: string;
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
  const files: PictureFile[] = [];
  for (const [name, path] of found)
    files.push({ name, path, sha256: await hashFile(path).catch(() => null) });
  return distinctPictures(files);
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
