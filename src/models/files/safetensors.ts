import { InspectorError } from '@/common/errors';
import { shown } from '@/common/shown';
import { isReadHere, refusalOf, sniffSource } from '@/formats/sniff';
import { changedBytes, changedMiddle, LOW, SEVEN_BITS, type TextTransfer } from '@/formats/textTransfer';
import { halvesOfE4M3, halvesOfE5M2 } from './float8';
import { decodeBfloat16, decodeFloat16, encodeBfloat16, encodeFloat16 } from './float16';
import type { ByteSource } from './source';

/** Bytes a number, of every type that the format knows and that fills whole bytes. */
const SIZES: Record<string, number> = {
  F64: 8,
  I64: 8,
  U64: 8,
  F32: 4,
  I32: 4,
  U32: 4,
  F16: 2,
  BF16: 2,
  I16: 2,
  U16: 2,
  F8_E4M3: 1,
  F8_E5M2: 1,
  F8_E8M0: 1,
  I8: 1,
  U8: 1,
  BOOL: 1,
};

/** The types that files are written in. */
export type FloatType = 'F32' | 'F16' | 'BF16';

/** The types whose numbers are read: by plain casts to float32, exact for all but F64, which is rounded. */
const READ_TYPES = ['F64', 'F32', 'F16', 'BF16', 'F8_E4M3', 'F8_E5M2'] as const;
export type ReadType = (typeof READ_TYPES)[number];

/** The format's own limit on the header, so that a random file does not make us read gigabytes of it. */
const LONGEST_HEADER = 100_000_000;

/** One tensor as the header describes it; `begin` and `end` are bytes from the file's start. */
export interface SafetensorsEntry {
  dtype: string;
  shape: number[];
  begin: number;
  end: number;
}

export interface SafetensorsHeader {
  entries: Map<string, SafetensorsEntry>;
  /** The free text fields under `__metadata__`. */
  metadata: Record<string, string>;
}

/**
 * A safetensors file (https://huggingface.co/docs/safetensors): eight bytes of header length, a JSON header, the
 * tensors' bytes. Only the header is read on opening; each tensor on demand.
 */
export class SafetensorsFile {
  private constructor(
    readonly name: string,
    private readonly source: ByteSource,
    readonly entries: ReadonlyMap<string, SafetensorsEntry>,
    readonly metadata: Readonly<Record<string, string>>,
  ) {}

  /** @throws InspectorError 'bad-file', saying what is wrong with this file. */
  static async open(source: ByteSource): Promise<SafetensorsFile> {
    const { name } = source;
    try {
      const { entries, metadata } = await readHeader(source);
      await refuseSevenBits(source, entries);
      return new SafetensorsFile(name, source, entries, metadata);
    } catch (error) {
      if (!(error instanceof InspectorError) || error instanceof ChangedBytes) throw error;
      // What is no safetensors file is refused by what it is. A file that is on its way cannot be read from its start again.
      const found = isSequential(source) ? null : await sniffSource(source);
      if (found === null || found.kind === 'safetensors') {
        const transfer = isSequential(source) ? null : await changedMiddle(source);
        throw transfer ? new ChangedBytes(name, transfer) : error;
      }
      const advice = isReadHere(found) ? `It is not a model. ${WANTED}` : found.advice;
      throw refusalOf(sentenceStart(name), { ...found, advice });
    }
  }

  /**
   * One tensor as float32.
   * @throws InspectorError 'bad-file' where it is absent or of another type than `READ_TYPES`.
   */
  async read(tensor: string): Promise<{ shape: number[]; data: Float32Array<ArrayBuffer> }> {
    const { shape, dtype, bytes } = await this.readBytes(tensor);
    return { shape, data: decode(dtype, bytes) };
  }

  /** One tensor as `read` gives it, but for halves, which stay the file's own 16 bits, and 8-bit floats, which become halves. */
  async readStored(
    tensor: string,
  ): Promise<{ shape: number[]; data: Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer> }> {
    const { shape, dtype, bytes } = await this.readBytes(tensor);
    return { shape, data: halvesOf(dtype, bytes) ?? decode(dtype, bytes) };
  }

  private async readBytes(tensor: string): Promise<{ shape: number[]; dtype: ReadType; bytes: ArrayBuffer }> {
    const entry = this.entries.get(tensor);
    if (!entry) throw bad(this.name, `has no tensor ${shown(tensor)}`);
    const { dtype, shape, begin, end } = entry;
    if (!isReadType(dtype)) throw unreadable(this.name, tensor, dtype);
    const bytes = await this.source.read(begin, end - begin);
    if (bytes.byteLength !== end - begin) {
      throw bad(
        this.name,
        `ended inside ${shown(tensor)}: ${bytes.byteLength} of its ${end - begin} bytes were there`,
        AGAIN,
      );
    }
    return { shape: [...shape], dtype, bytes };
  }
}

/** A file whose bytes are not those that were sent. */
class ChangedBytes extends InspectorError {
  constructor(name: string, { what, advice }: TextTransfer) {
    super('bad-file', `${sentenceStart(name)} is a .safetensors file that ${what}.`, advice);
  }
}

/** So much of the numbers is looked at, bytes. */
const SAMPLE = 1 << 16;

/**
 * Refuses a file whose highest bits were cut off: of all changes that text transfers make this one alone leaves a file's length as
 * it was, and so would open with wrong numbers.
 */
async function refuseSevenBits(source: ByteSource, entries: SafetensorsHeader['entries']): Promise<void> {
  // A download has a SHA-256, and its middle may be minutes away. What is read forward only cannot be read there and again.
  if ('whole' in source || isSequential(source)) return;
  // The header is ASCII, and proves nothing.
  const begin = Math.min(...[...entries.values()].map((entry) => entry.begin));
  const from = Math.max(begin, Math.floor((source.byteLength - SAMPLE) / 2));
  if (!(source.byteLength - from >= LOW)) return;
  const transfer = changedBytes(
    new Uint8Array(await source.read(from, Math.min(SAMPLE, source.byteLength - from))),
  );
  if (transfer === SEVEN_BITS) throw new ChangedBytes(source.name, transfer);
}

function isSequential(source: ByteSource & { sequential?: boolean }): boolean {
  return source.sequential === true;
}

async function readHeader(source: ByteSource): Promise<SafetensorsHeader> {
  const { name, byteLength } = source;
  if (byteLength < 8) throw bad(name, `is ${byteLength} bytes long, too short for a safetensors file`);
  const length = headerLength(await source.read(0, 8), byteLength, name);
  return parseHeader(new Uint8Array(await source.read(8, length)), byteLength, name);
}

/** The header's length from the file's first eight bytes. */
function headerLength(start: ArrayBuffer, byteLength: number, name: string): number {
  const length = new DataView(start).getBigUint64(0, true);
  if (length > LONGEST_HEADER) {
    throw bad(name, `does not look like safetensors: its header would be ${length} bytes long`);
  }
  if (Number(length) + 8 > byteLength) {
    throw bad(
      name,
      `is cut off: its header needs ${Number(length) + 8} bytes, the file has ${byteLength}`,
      AGAIN,
    );
  }
  return Number(length);
}

/**
 * Reads and checks a header: types, shapes and offsets fit each other, and the tensors fill the rest of the file
 * without overlapping or leaving holes, as the format demands.
 *
 * @param json the header's bytes
 * @param byteLength the whole file's length
 */
export function parseHeader(json: Uint8Array, byteLength: number, name: string): SafetensorsHeader {
  const fields = parseObject(json, name);
  const base = 8 + json.byteLength;
  const metadata = readMetadata(fields.__metadata__);
  const entries = new Map<string, SafetensorsEntry>();
  for (const [tensor, value] of Object.entries(fields)) {
    if (tensor === '__metadata__') continue;
    entries.set(tensor, parseEntry(tensor, value, base, byteLength, name));
  }
  checkTiling(entries, base, byteLength, name);
  return { entries, metadata };
}

function parseObject(json: Uint8Array, name: string): Record<string, unknown> {
  let fields: unknown;
  try {
    fields = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch (cause) {
    throw bad(name, 'does not look like safetensors: its header is not JSON', WANTED, cause);
  }
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    throw bad(name, 'does not look like safetensors: its header is not a JSON object');
  }
  return fields as Record<string, unknown>;
}

/** The texts of the metadata. Whatever else is there, or in their place, says nothing about the tensors and is passed over. */
function readMetadata(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  const texts = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(texts);
}

function parseEntry(
  tensor: string,
  value: unknown,
  base: number,
  byteLength: number,
  name: string,
): SafetensorsEntry {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
  if (typeof dtype !== 'string') throw bad(name, `gives no type for ${shown(tensor)}`);
  if (!Array.isArray(shape) || !shape.every(isSize)) {
    throw bad(
      name,
      `gives ${shown(tensor)} ${shape === undefined ? 'no shape' : `the shape ${shown(shape)}`}`,
    );
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize) || offsets[0] > offsets[1]) {
    throw bad(
      name,
      `gives ${shown(tensor)} ${offsets === undefined ? 'no offsets' : `the offsets ${shown(offsets)}`}`,
    );
  }
  const [begin, end] = [base + offsets[0], base + offsets[1]];
  if (end > byteLength) {
    throw bad(name, `is cut off: ${shown(tensor)} ends at byte ${end}, the file at ${byteLength}`, AGAIN);
  }
  const size = Object.hasOwn(SIZES, dtype) ? SIZES[dtype] : undefined;
  const count = shape.reduce((product: number, side: number) => product * side, 1);
  if (size !== undefined && end - begin !== count * size) {
    throw bad(
      name,
      `gives ${shown(tensor)} ${end - begin} bytes; ${dtype} of the shape ${shown(shape)} takes ${count * size}`,
      REMADE,
    );
  }
  return { dtype, shape, begin, end };
}

function checkTiling(
  entries: Map<string, SafetensorsEntry>,
  base: number,
  byteLength: number,
  name: string,
): void {
  const ordered = [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let reached = base;
  for (const [tensor, { begin, end }] of ordered) {
    if (begin < reached)
      throw bad(name, `has tensors that overlap: ${shown(tensor)} begins inside another`, REMADE);
    if (begin > reached) throw bad(name, unowned(begin - reached, `before ${shown(tensor)}`), REMADE);
    reached = end;
  }
  if (reached < byteLength) throw bad(name, unowned(byteLength - reached, 'at its end'), REMADE);
}

/**
 * Makes a safetensors file.
 *
 * @param dtype how all tensors are stored; float32 values are rounded to nearest even
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, { shape: number[]; data: Float32Array }>,
  { dtype = 'F32', metadata }: { dtype?: FloatType; metadata?: Record<string, string> } = {},
): ArrayBuffer {
  const entries = [...tensors].map(([name, { shape, data }]): [string, HeaderEntry] => [
    name,
    { dtype, shape, bytes: data.length * SIZES[dtype] },
  ]);
  const header = safetensorsHeader(entries, metadata);
  const length = entries.reduce((sum, [, { bytes }]) => sum + bytes, 0);
  const file = new Uint8Array(header.length + length);
  file.set(header);
  let offset = header.length;
  for (const { data } of tensors.values()) {
    const bytes = encode(dtype, data);
    file.set(bytes, offset);
    offset += bytes.length;
  }
  return file.buffer;
}

interface HeaderEntry {
  dtype: string;
  shape: readonly number[];
  bytes: number;
}

/** The bytes before the tensors' own, which follow in this order and without holes. */
export function safetensorsHeader(
  tensors: readonly (readonly [string, HeaderEntry])[],
  metadata?: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const fields: [string, unknown][] =
    metadata && Object.keys(metadata).length > 0 ? [['__metadata__', metadata]] : [];
  let length = 0;
  for (const [name, { dtype, shape, bytes }] of tensors) {
    fields.push([name, { dtype, shape, data_offsets: [length, length + bytes] }]);
    length += bytes;
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(fields)));
  // Spaces bring the tensors to a multiple of eight, as other readers expect.
  const padded = Math.ceil(text.length / 8) * 8;
  const header = new Uint8Array(8 + padded).fill(0x20, 8);
  new DataView(header.buffer).setBigUint64(0, BigInt(padded), true);
  header.set(text, 8);
  return header;
}

export function isReadType(dtype: string): dtype is ReadType {
  return (READ_TYPES as readonly string[]).includes(dtype);
}

/** The refusal of a tensor whose numbers cannot be read, by what they are. */
export function unreadable(name: string, tensor: string, dtype: string): InspectorError {
  const stored = `stores ${shown(tensor)} as ${Object.hasOwn(SIZES, dtype) ? dtype : shown(dtype)}`;
  const advice = 'Choose the same model saved as F32, F16 or BF16, or save it so.';
  if (/^[IU]\d+$/.test(dtype)) {
    return bad(
      name,
      `${stored}, whole numbers: quantised weights, which are numbers again only with the scales of their method`,
      advice,
    );
  }
  return bad(name, `${stored}; ${READ_TYPES.join(', ')} can be read`, advice);
}

/** The halves that the bytes are or stand for; null where they are wider numbers. */
function halvesOf(dtype: ReadType, bytes: ArrayBuffer): Uint16Array<ArrayBuffer> | null {
  if (dtype === 'F16') return new Uint16Array(bytes);
  if (dtype === 'F8_E4M3') return halvesOfE4M3(new Uint8Array(bytes));
  return dtype === 'F8_E5M2' ? halvesOfE5M2(new Uint8Array(bytes)) : null;
}

/** Typed arrays follow the machine's byte order, which is little-endian wherever a browser runs, as the format is. */
function decode(dtype: ReadType, bytes: ArrayBuffer): Float32Array<ArrayBuffer> {
  if (dtype === 'F32') return new Float32Array(bytes);
  if (dtype === 'F64') return new Float32Array(new Float64Array(bytes));
  if (dtype === 'BF16') return decodeBfloat16(new Uint16Array(bytes));
  return decodeFloat16(halvesOf(dtype, bytes)!);
}

function encode(dtype: FloatType, data: Float32Array): Uint8Array {
  if (dtype === 'F32') return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return new Uint8Array((dtype === 'F16' ? encodeFloat16(data) : encodeBfloat16(data)).buffer);
}

function isSize(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Advice on what can be opened, for whoever gave something else. */
const WANTED = 'Choose a .safetensors file of an AutoencoderKL.';

const AGAIN = 'It was not downloaded or copied to its end: fetch it again.';

/** Advice on a header that contradicts the file, which no program for safetensors opens. */
const REMADE =
  'Whatever wrote the file has written it wrongly, or it was changed since: download it again, or save it anew.';

function bad(name: string, what: string, advice = WANTED, cause?: unknown): InspectorError {
  return new InspectorError('bad-file', `${sentenceStart(name)} ${what}.`, advice, { cause });
}

function sentenceStart(name: string): string {
  return name === 'the file' ? 'The file' : name;
}

function unowned(count: number, where: string): string {
  return count === 1
    ? `has 1 byte ${where} that belongs to no tensor`
    : `has ${count} bytes ${where} that belong to no tensor`;
}
