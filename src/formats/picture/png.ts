/** PNG (third edition, 2025): chunks of length, name, data and checksum. */
import type { Rgba } from '@/latent/pixels';
import { ascii, joined, viewOf } from './bytes';
import { crc32 } from './crc32';

export interface Png {
  width: number;
  height: number;
  /** Bits a sample. */
  depth: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha. */
  colourType: number;
  interlaced: boolean;
  /** True where it begins with a header whose methods of compression, filtering and interlacing are those of PNG. */
  hasHeader: boolean;
  /** Written by Apple's tools for devices: other bytes under the same signature. */
  isApples: boolean;
  /** Frames of an animation; 1 of a picture. */
  frames: number;
  /** Data of chunks that occur once, the first of each name. */
  chunks: ReadonlyMap<string, Uint8Array>;
  /** The compressed pixels, in pieces. */
  pixels: Uint8Array[];
  /** The same as whole chunks, with their right checksums; null where one is wrong or cut. */
  pixelChunks: Uint8Array[] | null;
  /** Names of chunks whose checksum is wrong. */
  wrongChecksums: string[];
  /** The end chunk is missing. */
  endless: boolean;
}

const SIGNATURE_BYTES = 8;

/** @throws RangeError where not even the first chunk is whole */
export function readPng(bytes: Uint8Array): Png {
  const view = viewOf(bytes);
  const chunks = new Map<string, Uint8Array>();
  const png: Png = {
    width: view.getUint32(16),
    height: view.getUint32(20),
    depth: view.getUint8(24),
    colourType: view.getUint8(25),
    interlaced: view.getUint8(28) === 1,
    hasHeader:
      ascii(bytes, 12, 16) === 'IHDR' &&
      view.getUint32(8) === 13 &&
      view.getUint16(26) === 0 &&
      view.getUint8(28) <= 1,
    isApples: ascii(bytes, 12, 16) === 'CgBI',
    frames: 1,
    chunks,
    pixels: [],
    pixelChunks: [],
    wrongChecksums: [],
    endless: true,
  };
  for (let at = SIGNATURE_BYTES; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at);
    const name = ascii(bytes, at + 4, at + 8);
    const end = at + 8 + length;
    if (name === 'IEND') {
      png.endless = false;
      break;
    }
    const data = bytes.subarray(at + 8, Math.min(end, bytes.length));
    // What was cut off is told by the missing end.
    const isWhole = end + 4 <= bytes.length;
    const isRight = !isWhole || crc32(bytes.subarray(at + 4, end)) === view.getUint32(end);
    if (!isRight) png.wrongChecksums.push(name);
    if (name === 'IDAT') {
      png.pixels.push(data);
      if (isWhole && isRight) png.pixelChunks?.push(bytes.subarray(at, end + 4));
      else png.pixelChunks = null;
    }
    // A damaged chunk that is not needed is passed over, as decoders do.
    else if (isWhole && !chunks.has(name) && (isRight || isCritical(name))) chunks.set(name, data);
    at = end + 4;
  }
  const control = chunks.get('acTL');
  if (control && control.length >= 8) png.frames = viewOf(control).getUint32(0);
  return png;
}

/** Capital first letter: a decoder must know the chunk. */
const isCritical = (name: string) => name.charCodeAt(0) < 0x60;

/** Bits of one pixel. */
function pixelBits({ colourType, depth }: Png): number {
  const samples: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
  return (samples[colourType] ?? 4) * depth;
}

/** Adam7: first column and row of each pass, and the steps from one to the next. */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** Length of the pixels before compression, bytes: each row has one more for its filter. */
export function rawLength(png: Png): number {
  const { width, height, interlaced } = png;
  const bits = pixelBits(png);
  const pass = (columns: number, rows: number) =>
    columns > 0 ? rows * (1 + Math.ceil((columns * bits) / 8)) : 0;
  if (!interlaced) return pass(width, height);
  return PASSES.reduce(
    (sum, [x, y, across, down]) =>
      sum + pass(Math.ceil((width - x) / across), Math.max(0, Math.ceil((height - y) / down))),
    0,
  );
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/**
 * The same picture with nothing but its pixels: what decoders treat in different ways (colour, orientation, animation, chunks
 * with errors) is left out, and checksums are right.
 * @param pixels compressed; those of the file where they are left out
 */
export function plainPng(png: Png, pixels?: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(13);
  const view = viewOf(header);
  view.setUint32(0, png.width);
  view.setUint32(4, png.height);
  header.set([png.depth, png.colourType, 0, 0, png.interlaced ? 1 : 0], 8);
  const parts = [SIGNATURE, chunk('IHDR', [header])];
  if (png.colourType === 3) parts.push(chunk('PLTE', [wholePalette(png)]));
  const clear = transparency(png);
  if (clear) parts.push(chunk('tRNS', [clear]));
  // Of a file of a hundred megabytes a new checksum takes half a second.
  if (!pixels && png.pixelChunks) for (const whole of png.pixelChunks) parts.push(whole);
  else parts.push(chunk('IDAT', pixels ?? png.pixels));
  parts.push(chunk('IEND', []));
  return joined(parts);
}

/** A palette of all colours that a pixel may name: decoders differ in what they make of a pixel beyond it. Here it is black. */
function wholePalette({ chunks, depth }: Png): Uint8Array {
  const palette = new Uint8Array(3 << Math.min(depth, 8));
  palette.set((chunks.get('PLTE') ?? new Uint8Array()).subarray(0, palette.length));
  return palette;
}

/** The transparent colour, or the palette's alphas; null where there is none, or none that fits. */
function transparency({ chunks, colourType, depth }: Png): Uint8Array | null {
  const clear = chunks.get('tRNS');
  if (!clear) return null;
  if (colourType === 3) return clear.subarray(0, 1 << depth);
  const length = colourType === 0 ? 2 : colourType === 2 ? 6 : Number.POSITIVE_INFINITY;
  return clear.length >= length ? clear.subarray(0, length) : null;
}

function chunk(name: string, data: readonly Uint8Array[]): Uint8Array {
  const length = data.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(12 + length);
  const view = viewOf(bytes);
  view.setUint32(0, length);
  bytes.set(
    Array.from(name, (letter) => letter.charCodeAt(0)),
    4,
  );
  let at = 8;
  for (const part of data) {
    bytes.set(part, at);
    at += part.length;
  }
  view.setUint32(at, crc32(bytes.subarray(4, at)));
  return bytes;
}

/**
 * The raw pixels of a file that is in doubt.
 * @returns null where they are not all there; `isSound`: with the right checksum behind them
 */
export async function inflatePixels(
  png: Png,
): Promise<{ raw: Uint8Array<ArrayBuffer>; isSound: boolean } | { raw: null; share: number }> {
  const wanted = rawLength(png);
  const stream = new Blob(png.pixels as Uint8Array<ArrayBuffer>[])
    .stream()
    .pipeThrough(new DecompressionStream('deflate'));
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  let isSound = true;
  try {
    while (length <= wanted) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      length += value.length;
    }
  } catch {
    isSound = false;
  }
  // The rest, where there is more, is nothing of the picture.
  await reader.cancel().catch(() => {});
  if (length < wanted) return { raw: null, share: length / wanted };
  return { raw: joined(parts).subarray(0, wanted) as Uint8Array<ArrayBuffer>, isSound };
}

/** Raw pixels, compressed again. */
export async function deflatePixels(raw: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([raw]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Straight RGBA as a PNG file, pixel by pixel. */
export async function encodePng({ width, height, data }: Rgba): Promise<Uint8Array<ArrayBuffer>> {
  const row = 4 * width;
  // A row begins with its filter: none.
  const raw = new Uint8Array((row + 1) * height);
  for (let y = 0; y < height; y++) raw.set(data.subarray(y * row, (y + 1) * row), y * (row + 1) + 1);
  const header = new Uint8Array(13);
  const view = viewOf(header);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 6, 0, 0, 0], 8);
  return joined([
    SIGNATURE,
    chunk('IHDR', [header]),
    chunk('IDAT', [await deflatePixels(raw)]),
    chunk('IEND', []),
  ]);
}
