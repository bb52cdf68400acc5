/** Files of pictures and weights: found, hashed, read in pieces. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { InspectorError } from '@/common/errors';
import { KIND_BYTES, KINDS, kindOf, type PictureType } from '@/formats/picture/kind';
import type { ByteSource } from '@/models/files/source';
import { distinctPictures, type NamedPicture } from '@/report/pictures';
import { distinctNames, type FoundFile } from './names';
import { reasonOf } from './trouble';

/** Its name is relative to the folder that was given, with forward slashes: the same on every computer. */
export interface PictureFile extends NamedPicture {
  path: string;
}

/** Something that was found and is not measured; `why` is a full sentence. */
export interface Unread {
  name: string;
  why: string;
  /** True where what it holds is not known, so that something may be missing. */
  isClosed?: boolean;
}

export interface FoundPictures {
  /** Pictures by name; each content once. */
  pictures: PictureFile[];
  /** The other names under which a content is there too. */
  copies: { name: string; sameAs: string }[];
  unread: Unread[];
}

/** Kinds that `decodePicture` reads. */
const READ: readonly PictureType[] = ['png', 'jpeg', 'webp'];
/** Files with these names are meant as pictures, whatever is in them: one that is none is a row that says so. */
const EXTENSIONS = /\.(png|jpe?g|jfif|webp)$/i;
/** Pictures of kinds that have no signature, or a rare one: nothing that was meant to be measured is passed over in silence. */
const OTHER_EXTENSIONS =
  /\.(gif|bmp|tiff?|hei[cf]|avif|jxl|jp2|j2k|tga|pcx|psd|exr|hdr|svgz?|dng|nef|cr[23]|arw|orf|rw2|raf|pef|srw|sgi|wbmp|x[bp]m|fits?|dcm)$/i;
/** Files that programs leave in folders. */
const BYPRODUCTS = /^(\.|Thumbs\.db$|desktop\.ini$)/i;

/**
 * Files as they are given, whatever their names; of folders, at any depth, all files that hold a picture, which their bytes
 * tell. Pictures of other kinds, and folders within them that cannot be looked into, are listed.
 * @throws InspectorError `not-found`; `bad-file` for a folder that was given and cannot be looked into
 */
export async function findPictures(given: readonly string[]): Promise<FoundPictures> {
  const found: FoundFile[] = [];
  const unread: Unread[] = [];
  for (const each of given) {
    const about = await stat(each).catch(() => null);
    if (!about) throw new InspectorError('not-found', `There is no file or folder "${each}".`);
    if (about.isDirectory()) await walk(each, each);
    else if (!about.isFile()) {
      throw new InspectorError(
        'bad-file',
        `"${each}" is no file: a pipe, a socket or a device.`,
        'Save what it gives into a file and give that.',
      );
    } else found.push({ name: basename(each), path: slashes(resolve(each)) });
  }
  if (found.length === 0) {
    throw new InspectorError(
      'not-found',
      `There are no pictures in ${given.map((each) => `"${each}"`).join(', ')}.`,
      [
        'Give files or folders with PNG, JPEG or WebP pictures.',
        ...unread.map(({ name, why }) => `${name}: ${why}`),
      ].join('\n'),
    );
  }
  const files: PictureFile[] = [];
  for (const { name, path } of distinctNames(found))
    files.push({ name, path, sha256: await hashFile(path).catch(() => null) });
  return { ...distinctPictures(files), unread };

  async function walk(folder: string, top: string): Promise<void> {
    const nameOf = (path: string) => slashes(relative(top, path));
    for (const entry of await entriesOf(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        await walk(path, top).catch((error) => {
          unread.push({ name: `${nameOf(path)}/`, why: (error as InspectorError).message, isClosed: true });
        });
        continue;
      }
      if (BYPRODUCTS.test(entry.name)) continue;
      // Links of a dataset's folder are files here; one to a folder is passed over, for it may lead round in a circle.
      if (entry.isSymbolicLink() && (await stat(path).catch(() => null))?.isDirectory()) continue;
      if (!entry.isFile() && !entry.isSymbolicLink()) continue;
      const kind = await kindOfFile(path);
      if (READ.includes(kind) || (kind === 'unknown' && EXTENSIONS.test(entry.name))) {
        found.push({ name: nameOf(path), path: slashes(resolve(path)) });
      } else if (kind !== 'unknown') {
        const why = `It is ${KINDS[kind]}, which the command line does not read.`;
        unread.push({ name: nameOf(path), why });
      } else if (OTHER_EXTENSIONS.test(entry.name)) {
        const why = 'It has the name of a picture, and nothing in it that the command line can read.';
        unread.push({ name: nameOf(path), why });
      }
    }
  }
}

/** `unknown` also of what cannot be read: its row will say so, if its name is a picture's. */
async function kindOfFile(path: string): Promise<PictureType> {
  const source = await fileSource(path).catch(() => null);
  if (!source) return 'unknown';
  try {
    return kindOf(new Uint8Array(await source.read(0, KIND_BYTES)));
  } catch {
    return 'unknown';
  } finally {
    await source.close();
  }
}

/** @throws InspectorError `bad-file` where the folder cannot be looked into */
async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    throw new InspectorError(
      'bad-file',
      `The folder ${JSON.stringify(folder)} cannot be read${reasonOf(cause)}.`,
      'Check its permissions.',
      { cause },
    );
  }
}

function slashes(path: string): string {
  return path.split(sep).join('/');
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
