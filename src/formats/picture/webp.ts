/** WebP (RFC 9649): a RIFF file of chunks; `VP8X` says what there is, `VP8 ` or `VP8L` holds the pixels, `ANMF` a frame. */
import { ascii, joined, viewOf } from './bytes';
import type { Rectangle } from './turn';

export interface Webp {
  /** Width of the whole picture; null where it is not known. */
  width: number | null;
  height: number | null;
  animated: boolean;
  /** Place of the first frame; null where it is the whole picture. */
  frame: Rectangle | null;
  /** Chunks of the picture, or of its first frame: alpha, where it is apart, and pixels. Null where there are none. */
  pixels: { alpha: Uint8Array | null; name: 'VP8 ' | 'VP8L'; data: Uint8Array } | null;
  /** The chunk of the pixels is not whole. */
  cut: boolean;
  /** The file is shorter than it says. */
  endless: boolean;
  profile: Uint8Array | null;
  exif: Uint8Array | null;
}

interface Chunk {
  name: string;
  data: Uint8Array;
  whole: boolean;
}

/** @throws RangeError where a header is not whole */
export function readWebp(bytes: Uint8Array): Webp {
  const view = viewOf(bytes);
  const webp: Webp = {
    width: null,
    height: null,
    animated: false,
    frame: null,
    pixels: null,
    cut: false,
    endless: view.getUint32(4, true) + 8 > bytes.length,
    profile: null,
    exif: null,
  };
  let alpha: Uint8Array | null = null;
  for (const { name, data, whole } of chunksOf(bytes, 12)) {
    if (name === 'VP8X') {
      const header = viewOf(data);
      webp.animated = (header.getUint8(0) & 2) !== 0;
      webp.width = uint24(header, 4) + 1;
      webp.height = uint24(header, 7) + 1;
    } else if (name === 'ICCP' && whole) webp.profile ??= data;
    else if (name === 'EXIF' && whole) webp.exif ??= data;
    else if (webp.pixels) continue;
    else if (name === 'ALPH' && whole) alpha ??= data;
    else if (name === 'VP8 ' || name === 'VP8L') {
      webp.pixels = { alpha: name === 'VP8 ' ? alpha : null, name, data };
      webp.cut = !whole;
      const size = sizeOf(name, data);
      webp.width ??= size.width;
      webp.height ??= size.height;
    } else if (name === 'ANMF') readFrame(webp, data, whole);
  }
  return webp;
}

function readFrame(webp: Webp, data: Uint8Array, whole: boolean): void {
  const view = viewOf(data);
  const frame = {
    x: 2 * uint24(view, 0),
    y: 2 * uint24(view, 3),
    width: uint24(view, 6) + 1,
    height: uint24(view, 9) + 1,
  };
  let alpha: Uint8Array | null = null;
  for (const chunk of chunksOf(data, 16)) {
    if (chunk.name === 'ALPH' && chunk.whole) alpha ??= chunk.data;
    if (chunk.name !== 'VP8 ' && chunk.name !== 'VP8L') continue;
    webp.pixels = { alpha: chunk.name === 'VP8 ' ? alpha : null, name: chunk.name, data: chunk.data };
    webp.cut = !chunk.whole;
    break;
  }
  if (!webp.pixels) webp.cut = !whole;
  webp.animated = true;
  const isAll = frame.x === 0 && frame.y === 0 && frame.width === webp.width && frame.height === webp.height;
  webp.frame = isAll ? null : frame;
}

function* chunksOf(bytes: Uint8Array, from: number): Generator<Chunk> {
  const view = viewOf(bytes);
  for (let at = from; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at + 4, true);
    const end = at + 8 + length;
    const data = bytes.subarray(at + 8, Math.min(end, bytes.length));
    yield { name: ascii(bytes, at, at + 4), data, whole: end <= bytes.length };
    // Chunks begin at even places.
    at = end + (length & 1);
  }
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
}

function sizeOf(name: 'VP8 ' | 'VP8L', data: Uint8Array): { width: number; height: number } {
  const view = viewOf(data);
  if (name === 'VP8 ') {
    return { width: view.getUint16(6, true) & 0x3fff, height: view.getUint16(8, true) & 0x3fff };
  }
  const packed = view.getUint32(1, true);
  return { width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 };
}

/** The picture, or the first frame, with nothing but its pixels: no profile, no EXIF data, no animation. */
export function plainWebp({ pixels }: { pixels: NonNullable<Webp['pixels']> }): Uint8Array<ArrayBuffer> {
  const { alpha, name, data } = pixels;
  const chunks: Uint8Array[] = [];
  if (alpha) {
    const { width, height } = sizeOf(name, data);
    const header = new Uint8Array(10);
    header[0] = 0x10; // alpha
    header.set([(width - 1) & 255, (width - 1) >> 8, 0, (height - 1) & 255, (height - 1) >> 8, 0], 4);
    chunks.push(chunk('VP8X', header), chunk('ALPH', alpha));
  }
  chunks.push(chunk(name, data));
  const length = chunks.reduce((sum, part) => sum + part.length, 0);
  const head = chunk('RIFF', new Uint8Array());
  viewOf(head).setUint32(4, 4 + length, true);
  return joined([head, letters('WEBP'), ...chunks]);
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + data.length + (data.length & 1));
  bytes.set(letters(name));
  viewOf(bytes).setUint32(4, data.length, true);
  bytes.set(data, 8);
  return bytes;
}

const letters = (name: string) => Uint8Array.from(name, (letter) => letter.charCodeAt(0));
