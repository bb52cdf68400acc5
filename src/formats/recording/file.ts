/**
 * A recording as one file, laid out as safetensors is, so that it can be shown while it arrives:
 *
 *     8 bytes    "LIREC", carriage return, line feed, 26: a transfer as text would change them
 *     4 bytes    length of the header, little endian
 *     32 bytes   SHA-256 of the header
 *     header     JSON, UTF-8
 *     parts      one after the other, as the header lists them, each with its own SHA-256
 *
 * (The table of contents of a zip file lies at its end: nothing could be checked before everything is there.)
 */
import { InspectorError, toPlain } from '@/common/errors';
import { unreadable } from './field';
import { parseHeader, writeHeader } from './header';
import { MAX, type Recording } from './recording';

const MAGIC = new Uint8Array([0x4c, 0x49, 0x52, 0x45, 0x43, 0x0d, 0x0a, 0x1a]);
const HASH_BYTES = 32;
const PREAMBLE_BYTES = MAGIC.length + 4 + HASH_BYTES;

type Bytes = Uint8Array<ArrayBuffer>;

/** SHA-256 in lower-case hexadecimal. */
export type Digest = (bytes: Bytes) => Promise<string>;

/** The browser's own; null on pages that are not served securely, where it is not there. */
export function browserDigest(): Digest | null {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) return null;
  return async (bytes) => toHex(new Uint8Array(await subtle.digest('SHA-256', bytes)));
}

/** @param parts in the order in which they are to lie in the file: what is shown first comes first */
export async function writeRecording(
  header: Omit<Recording, 'parts'>,
  parts: ReadonlyMap<string, Bytes>,
  digest: Digest,
): Promise<{ file: Blob; recording: Recording }> {
  const listed: Recording['parts'] = [];
  for (const [name, bytes] of parts) {
    listed.push({ name, bytes: bytes.length, sha256: await digest(bytes) });
  }
  const text = writeHeader({ ...header, parts: listed });
  const json = new TextEncoder().encode(text);
  const length = new DataView(new ArrayBuffer(4));
  length.setUint32(0, json.length, true);
  const file = new Blob([MAGIC, length, fromHex(await digest(json)), json, ...parts.values()]);
  return { file, recording: parseHeader(JSON.parse(text)) };
}

/** A recording that is arriving. */
export interface OpenRecording {
  recording: Recording;
  /**
   * A part's bytes, once they are here and their SHA-256 is the right one.
   * @throws InspectorError `bad-file` where it is not, or the file ends before; `network` where the connection does
   */
  part(name: string): Promise<Bytes>;
  /**
   * Resolves when all of it is here. `checked`: every SHA-256 was compared, which is not possible on pages that are not served
   * securely.
   */
  complete: Promise<{ bytes: number; checked: boolean }>;
}

/**
 * Opens a recording; resolves when its header is here.
 * @throws InspectorError `bad-file` or `network`; whatever the stream is aborted with
 */
export async function openRecording(
  stream: ReadableStream<Bytes>,
  digest: Digest | null = browserDigest(),
): Promise<OpenRecording> {
  const source = new ByteSource(stream.getReader());
  try {
    const preamble = await source.take(PREAMBLE_BYTES, 'its first bytes');
    if (MAGIC.some((byte, at) => preamble[at] !== byte)) throw unreadable('this file is no recording.');
    const length = new DataView(preamble.buffer, preamble.byteOffset).getUint32(MAGIC.length, true);
    if (length > MAX.headerBytes) {
      throw unreadable(`its header has ${length} bytes; at most ${MAX.headerBytes} are read.`);
    }
    const json = await source.take(length, 'its header');
    const expected = toHex(preamble.subarray(MAGIC.length + 4));
    if (digest && (await digest(json)) !== expected) throw damaged('the header');
    const recording = parseHeader(parseJson(json));
    return { recording, ...readParts(source, recording, digest) };
  } catch (error) {
    source.cancel();
    throw error;
  }
}

function readParts(source: ByteSource, { parts }: Recording, digest: Digest | null) {
  const arriving = new Map<string, Promise<Bytes>>();
  let before: Promise<unknown> = Promise.resolve();
  for (const { name, bytes, sha256 } of parts) {
    const taken = before.then(() => source.take(bytes, `its part "${name}"`));
    before = taken;
    const checked = taken.then(async (found) => {
      if (digest && (await digest(found)) !== sha256) throw damaged(`its part "${name}"`);
      return found;
    });
    // Whoever asks for it is told; nobody may.
    checked.catch(() => {});
    arriving.set(name, checked);
  }
  const complete = before
    .then(() => source.end())
    .then(() => Promise.all(arriving.values()))
    .then((all) => ({
      bytes: all.reduce((sum, part) => sum + part.length, 0),
      checked: digest !== null,
    }));
  complete.catch(() => source.cancel());
  return {
    part: (name: string) => arriving.get(name) ?? Promise.reject(unreadable(`it has no part "${name}".`)),
    complete,
  };
}

/** Bytes out of a stream, in the portions that are asked for. */
class ByteSource {
  private rest: Bytes = new Uint8Array(0);

  constructor(private readonly reader: ReadableStreamDefaultReader<Bytes>) {}

  /** Memory is taken for what has come, not for what a header promises. */
  async take(count: number, what: string): Promise<Bytes> {
    const portions: Bytes[] = [];
    let there = 0;
    while (there < count) {
      if (this.rest.length === 0 && !(await this.more())) {
        throw unreadable(`the file ends in the middle of ${what}.`);
      }
      const portion = this.rest.subarray(0, count - there);
      portions.push(portion);
      there += portion.length;
      this.rest = this.rest.subarray(portion.length);
    }
    const taken = new Uint8Array(count);
    let filled = 0;
    for (const portion of portions) {
      taken.set(portion, filled);
      filled += portion.length;
    }
    return taken;
  }

  async end(): Promise<void> {
    if (this.rest.length > 0 || (await this.more()))
      throw unreadable('the file goes on after its last part.');
  }

  cancel(): void {
    this.reader.cancel().catch(() => {});
  }

  private async more(): Promise<boolean> {
    try {
      const { done, value } = await this.reader.read();
      if (done) return false;
      this.rest = value;
      return true;
    } catch (cause) {
      if (toPlain(cause).code === 'aborted') throw cause;
      throw new InspectorError(
        'network',
        'The connection ended before all of the recording was here.',
        'Check the connection, then open it again.',
        { cause },
      );
    }
  }
}

function parseJson(bytes: Bytes): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw unreadable('its header is not JSON.');
  }
}

function damaged(what: string): InspectorError {
  return new InspectorError(
    'bad-file',
    `The recording is damaged: ${what} is not what was recorded (its SHA-256 differs).`,
    'Get the file again from where it came from.',
  );
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function fromHex(text: string): Bytes {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
