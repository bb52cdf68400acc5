/** Makes PNG files of all kinds, right ones and wrong ones. */
import { deflateSync } from 'node:zlib';

export interface PngOptions {
  width?: number;
  height?: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha. */
  colourType?: number;
  depth?: number;
  interlaced?: boolean;
  /** Chunks before the pixels, behind the palette. */
  chunks?: Buffer[];
  /** Chunks behind the pixels. */
  after?: Buffer[];
  palette?: Buffer | null;
  clear?: Buffer;
  /** The chunk whose checksum is to be wrong. */
  wrong?: string;
  /** Changes the pixels before they are compressed, and after. */
  raw?: (raw: Buffer) => Buffer;
  compressed?: (data: Buffer) => Buffer;
  header?: Partial<{ width: number; height: number; depth: number; colourType: number }>;
  /** Number of chunks that the pixels are in. */
  pieces?: number;
}

const CHANNELS: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
export const PALETTE = Buffer.from(Array.from({ length: 768 }, (_, i) => (i * 7919) % 256));

export function makePng(options: PngOptions = {}): Buffer {
  const { width = 24, height = 24, colourType = 2, depth = 8, interlaced = false, wrong } = options;
  const palette = options.palette ?? (colourType === 3 ? PALETTE.subarray(0, 3 << depth) : null);
  const raw = (options.raw ?? same)(rows(width, height, CHANNELS[colourType], depth, interlaced));
  const data = (options.compressed ?? same)(deflateSync(raw));
  const claimed = { width, height, depth, colourType, ...options.header };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(claimed.width, 0);
  head.writeUInt32BE(claimed.height, 4);
  head.set([claimed.depth, claimed.colourType, 0, 0, interlaced ? 1 : 0], 8);
  const put = (name: string, content: Buffer) => chunk(name, content, wrong === name ? 1 : undefined);
  const piece = Math.ceil(data.length / (options.pieces ?? 1));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    put('IHDR', head),
    ...(options.chunks ?? []),
    ...(options.palette !== null && palette ? [put('PLTE', palette)] : []),
    ...(options.clear ? [put('tRNS', options.clear)] : []),
    ...Array.from({ length: options.pieces ?? 1 }, (_, i) =>
      put('IDAT', data.subarray(i * piece, (i + 1) * piece)),
    ),
    ...(options.after ?? []),
    put('IEND', Buffer.alloc(0)),
  ]);
}

const same = (data: Buffer) => data;

/** A sample of a picture with gradients in all channels. */
function sample(x: number, y: number, channel: number, depth: number): number {
  const most = 2 ** depth - 1;
  return Math.floor(((x * (channel + 1) * 3 + y * 5 + channel * 40) * most) / 150) % (most + 1);
}

function rows(width: number, height: number, channels: number, depth: number, interlaced: boolean): Buffer {
  const passes = interlaced
    ? [
        [0, 0, 8, 8],
        [4, 0, 8, 8],
        [0, 4, 4, 8],
        [2, 0, 4, 4],
        [0, 2, 2, 4],
        [1, 0, 2, 2],
        [0, 1, 1, 2],
      ]
    : [[0, 0, 1, 1]];
  const bytes: number[] = [];
  for (const [x0, y0, across, down] of passes) {
    if (x0 >= width) continue;
    for (let y = y0; y < height; y += down) {
      bytes.push(0);
      let bits = '';
      for (let x = x0; x < width; x += across) {
        for (let k = 0; k < channels; k++) bits += sample(x, y, k, depth).toString(2).padStart(depth, '0');
      }
      for (let at = 0; at < bits.length; at += 8)
        bytes.push(Number.parseInt(bits.slice(at, at + 8).padEnd(8, '0'), 2));
    }
  }
  return Buffer.from(bytes);
}

export function chunk(name: string, content: Buffer, checksum?: number): Buffer {
  const bytes = Buffer.alloc(12 + content.length);
  bytes.writeUInt32BE(content.length, 0);
  bytes.write(name, 4, 'latin1');
  content.copy(bytes, 8);
  bytes.writeUInt32BE(checksum ?? crc(bytes.subarray(4, 8 + content.length)), 8 + content.length);
  return bytes;
}

/** Bit by bit, as the definition has it. */
function crc(bytes: Buffer): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return ~value >>> 0;
}

export const numbers = (...values: number[]) => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, 4 * i);
  return bytes;
};

export const gamma = (value: number) => chunk('gAMA', numbers(value));
export const profile = (icc: Buffer) =>
  chunk('iCCP', Buffer.concat([Buffer.from('test\0\0'), deflateSync(icc)]));

export const exif = (orientation: number, header = '') =>
  Buffer.concat([
    Buffer.from(header, 'latin1'),
    Buffer.from([
      0x49,
      0x49,
      42,
      0,
      8,
      0,
      0,
      0,
      1,
      0,
      0x12,
      1,
      3,
      0,
      1,
      0,
      0,
      0,
      orientation,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
    ]),
  ]);
