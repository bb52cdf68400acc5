/** NumPy's `.npz`: a zip archive of `.npy` files, as `numpy.savez` writes it and trainers keep their caches. */
import type { Entry, FileEntry } from '@zip.js/zip.js';
import { InspectorError } from '@/common/errors';
import { shown } from '@/common/shown';
import { changedMiddle } from '../textTransfer';

/** Bytes that a zip archive begins with; an empty one does with the second. */
const MAGICS = ['PK\x03\x04', 'PK\x05\x06'];

export function isZip(bytes: Uint8Array): boolean {
  return MAGICS.includes(String.fromCharCode(...bytes.subarray(0, 4)));
}

/** The files of an archive by name, in its order; `read` unpacks one. */
export interface Archive {
  names: string[];
  /**
   * @param most bytes that it may be long
   * @throws InspectorError `bad-file` where it is longer, damaged (its CRC-32 is checked), or in a way of packing that is not read
   */
  read(name: string, most: number): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Opens an archive. Only its directory is read, and what reads it is loaded when the first is opened.
 * @throws InspectorError `bad-file`
 */
export async function openArchive(blob: Blob, name: string): Promise<Archive> {
  const { ZipReader, BlobReader, Uint8ArrayWriter, configure } = await import(
    '@zip.js/zip.js/lib/zip-core-native.js'
  );
  configure({ useWebWorkers: false });
  const reader = new ZipReader(new BlobReader(blob));
  const found = await reader.getEntries().catch(async (cause: unknown) => {
    // Its reader gives no code of its own for these.
    if (/unsafe filename/i.test(String(cause))) {
      throw damaged(
        name,
        'is a zip archive whose names lead out of it ("../" or a whole path): unpacked, they would be written elsewhere',
        cause,
        'Make it again with plain names, as numpy.savez does.',
      );
    }
    const transfer = await changedMiddle(readable(blob));
    if (transfer) throw damaged(name, `is a zip archive that ${transfer.what}`, cause, transfer.advice);
    throw damaged(
      name,
      'is a zip archive (.npz) that cannot be read: its directory is damaged or cut off',
      cause,
    );
  });
  const entries = new Map<string, FileEntry>();
  for (const entry of found) if (isFile(entry)) entries.set(entry.filename, entry);
  requireArrays([...entries.keys()], name);
  return {
    names: [...entries.keys()],
    async read(file, most) {
      const entry = entries.get(file);
      if (!entry) throw new Error(`There is no ${file}.`);
      if (entry.encrypted) throw damaged(name, 'is encrypted', null, 'Save it again without a password.');
      if (entry.uncompressedSize > most) {
        throw damaged(
          name,
          `holds ${file}, which is ${Math.round(entry.uncompressedSize / 1e6)} MB long, too much for a latent`,
          null,
          'Choose a file that holds one latent.',
        );
      }
      const bytes = await entry
        .getData(new Uint8ArrayWriter(), { checkSignature: true, useWebWorkers: false })
        .catch(async (cause: unknown) => {
          const transfer = await changedMiddle(readable(blob));
          if (transfer) throw damaged(name, `is a zip archive that ${transfer.what}`, cause, transfer.advice);
          throw damaged(name, `is damaged: ${file} in it cannot be unpacked as it was packed`, cause);
        });
      return bytes as Uint8Array<ArrayBuffer>;
    },
  };
}

/** @throws InspectorError `bad-file` for an archive of other files, by what they are */
function requireArrays([first, ...others]: readonly string[], name: string): void {
  if (first === undefined || [first, ...others].some((each) => /\.(npy|pkl)$/i.test(each))) return;
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  const nested = /\.(zip|npz|tar|t?gz|7z|rar)$/i.test(first);
  throw damaged(
    name,
    `is a zip archive of ${nested ? 'another archive' : 'other files'} (${shown(first)}${more}), without a NumPy array in it`,
    null,
    'Unpack it and give the file that is in it.',
  );
}

const readable = (blob: Blob) => ({
  byteLength: blob.size,
  read: (offset: number, length: number) => blob.slice(offset, offset + length).arrayBuffer(),
});

function isFile(entry: Entry): entry is FileEntry {
  return !entry.directory;
}

function damaged(
  name: string,
  what: string,
  cause: unknown,
  advice = 'Copy or download it again, or save it again with numpy.savez.',
): InspectorError {
  return new InspectorError('bad-file', `${name} ${what}.`, advice, { cause });
}
