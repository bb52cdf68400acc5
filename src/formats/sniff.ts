/**
 * Tells what a file is by its bytes and not by its name: people give what a download left behind, or weights in another format
 * under a familiar name. Whoever cannot open a file asks here, so that the refusal says what the file is and what to do.
 */
import { type ErrorCode, InspectorError } from '@/common/errors';
import type { Sniffed } from './fileKinds';
import { sniffBinary } from './sniffBinary';
import { sniffText } from './sniffText';

/** Bytes that can be read in pieces (`ByteSource`). */
interface Readable {
  byteLength: number;
  read(offset: number, length: number): Promise<ArrayBuffer>;
}

/** Most kinds show in their first bytes; an archive in the name of its first file. */
const HEAD = 4096;

/** JSON up to this length is looked into as a whole; longer than that is no index and no answer of a server. */
const LONGEST_JSON = 4 << 20;

/**
 * Tells what a file is.
 * @param head its first bytes; 4096 tell all kinds apart but JSON, of which the whole file is needed
 * @param byteLength the whole file's
 * @returns null where it is none of the kinds that are known here
 */
export function sniff(head: Uint8Array, byteLength = head.length): Sniffed | null {
  if (byteLength === 0) {
    return { kind: 'empty', what: 'an empty file', advice: 'Download or save it again.' };
  }
  if (head.length > 7 && head.every((byte) => byte === 0)) {
    return {
      kind: 'zeros',
      what: 'full of zeros where it should begin, as a download leaves a file that it did not finish',
      advice: 'Download it again.',
    };
  }
  return sniffBinary(head, byteLength) ?? sniffText(head, byteLength);
}

/** `sniff` of bytes that are not read yet. Reads no more than it needs. */
export async function sniffSource(source: Readable): Promise<Sniffed | null> {
  const { byteLength } = source;
  const read = async (length: number) => new Uint8Array(await source.read(0, Math.min(length, byteLength)));
  const found = sniff(await read(HEAD), byteLength);
  if (found?.kind !== 'json' || byteLength <= HEAD || byteLength > LONGEST_JSON) return found;
  return sniff(await read(byteLength), byteLength);
}

/** `sniff` of a file of the visitor's. */
export function sniffBlob(blob: Blob): Promise<Sniffed | null> {
  return sniffSource({
    byteLength: blob.size,
    read: (offset, length) => blob.slice(offset, offset + length).arrayBuffer(),
  });
}

/** Tells whether there is a reader for this kind of file here: then what is wrong with it is that reader's to say. */
export function isReadHere({ kind }: Sniffed): boolean {
  return ['safetensors', 'npy', 'npz', 'picture', 'svg', 'json'].includes(kind);
}

/**
 * The refusal of a file by what it is.
 * @param name the file's, as it begins a sentence
 */
export function refusalOf(
  name: string,
  { what, advice }: Sniffed,
  code: ErrorCode = 'bad-file',
): InspectorError {
  return new InspectorError(code, `${name} is ${what}.`, advice);
}
