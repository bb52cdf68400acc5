/** JPEG and WebP files that were sent as text: decoders make noise of many of them without a word. */
import {
  CR,
  CRLF,
  changedBytes,
  ENCODED,
  type Evidence,
  REPLACED,
  SEVEN_BITS,
  type TextTransfer,
} from '../textTransfer';
import { ascii, startsWith, viewOf } from './bytes';
import { readJpeg } from './jpeg';
import { newHistory, newState, updateState, walkScan } from './jpegScan';

/** Evidence enough of compressed pixels, which are as good as random. */
const EVIDENCE: Evidence = { ends: 4, marks: 2, letters: 16, low: 64, values: 24 };

/** Number of bytes that prove something by lacking 0D alone: of such as are as good as random, one in 10 ^ 14 does. */
const MANY = 8192;

export function sentAsText(bytes: Uint8Array, type: 'jpeg' | 'webp'): TextTransfer | null {
  const pixels = pixelBytes(bytes, type);
  const changed = (type === 'webp' ? changedStart(bytes) : null) ?? changedBytes(pixels, EVIDENCE);
  if (changed) return changed;
  if (pixels.length >= MANY && !pixels.includes(0x0d) && new Set(pixels).size === 255) return CR;
  return wasRegular(bytes, type === 'jpeg' ? isRegularJpeg : isRegularWebp) ? CRLF : null;
}

/** A WebP whose very length was changed, so that its name is out of place; of any other file null. */
export function changedWebp(bytes: Uint8Array): TextTransfer | null {
  if (ascii(bytes, 0, 4) !== 'RIFF' || ascii(bytes, 8, 12) === 'WEBP') return null;
  const name = ascii(bytes, 8, 24).indexOf('WEBP');
  return name < 0 ? null : sentAsText(bytes, 'webp');
}

/** The bytes before each VP8 frame's size, 9D 01 2A, as transfers change them. */
const START_CODES: readonly [readonly number[], TextTransfer][] = [
  [[0x1d, 0x01, 0x2a], SEVEN_BITS],
  [[0xef, 0xbf, 0xbd, 0x01, 0x2a], REPLACED],
  [[0xc2, 0x9d, 0x01, 0x2a], ENCODED],
];

/** The start code lies behind three bytes, each of which may have become three. */
function changedStart(bytes: Uint8Array): TextTransfer | null {
  const chunk = ascii(bytes, 0, 1024).indexOf('VP8 ');
  if (chunk < 0) return null;
  for (let at = chunk + 11; at <= chunk + 8 + 7 * 3; at++) {
    if (startsWith(bytes.subarray(at), [0x9d, 0x01, 0x2a])) return null;
    const found = START_CODES.find(([code]) => startsWith(bytes.subarray(at), code));
    if (found) return found[1];
  }
  return null;
}

/**
 * Each 0A of a file stands behind a 0D, and without these the file is whole to the last bit, which it is not with them: few ends of
 * lines prove no more by themselves.
 */
function wasRegular(bytes: Uint8Array, isRegular: (bytes: Uint8Array) => boolean): boolean {
  let ends = 0;
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) {
    if (bytes[at - 1] !== 0x0d) return false;
    ends++;
  }
  if (ends === 0) return false;
  const restored = bytes.filter((byte, at) => !(byte === 0x0d && bytes[at + 1] === 0x0a));
  return isRegular(restored) && !isRegular(bytes);
}

/** Segments follow one another without a gap, and the codes of each scan end where it ends. */
function isRegularJpeg(bytes: Uint8Array): boolean {
  const { frame, segments, endless } = readJpeg(bytes);
  if (!frame || endless) return false;
  const state = newState();
  const history = newHistory(frame);
  let end = 2;
  for (const segment of segments) {
    if (segment.from !== end) return false;
    end = segment.to;
    updateState(state, bytes, segment);
    if (!segment.scan || frame.process > 2) continue;
    const { components } = segment.scan;
    if (components.length === 0 || components.some(({ index }) => index < 0)) return false;
    const { reason, isExact } = walkScan(bytes, frame, segment, state, history);
    if (reason !== null || !isExact) return false;
  }
  return true;
}

/** Tells whether it is as long as it says, and its chunks are, too. */
function isRegularWebp(bytes: Uint8Array): boolean {
  if (bytes.length < 20 || ascii(bytes, 8, 12) !== 'WEBP') return false;
  const view = viewOf(bytes);
  if (view.getUint32(4, true) + 8 !== bytes.length) return false;
  let at = 12;
  while (at + 8 <= bytes.length) {
    const length = view.getUint32(at + 4, true);
    at += 8 + length + (length & 1);
  }
  return at === bytes.length;
}

/** The compressed pixels of a JPEG, of a WebP's first picture. Texts beside them (EXIF, XMP) have ends of lines of their own. */
export function pixelBytes(bytes: Uint8Array, type: 'jpeg' | 'webp'): Uint8Array {
  if (type === 'jpeg') {
    // A thumbnail has its own frame before the picture's.
    const frame = markerBefore(bytes, bytes.length, [0xc0, 0xc1, 0xc2]);
    const scan = bytes.findIndex((byte, at) => at > frame && byte === 0xda && bytes[at - 1] === 0xff);
    return scan < 0 ? bytes.subarray(bytes.length) : bytes.subarray(scan + 13);
  }
  for (let at = bytes.indexOf(0x56); at >= 0; at = bytes.indexOf(0x56, at + 1)) {
    const name = ascii(bytes, at, at + 4);
    if (name !== 'VP8 ' && name !== 'VP8L') continue;
    const length = bytes[at + 4] | (bytes[at + 5] << 8) | (bytes[at + 6] << 16);
    return bytes.subarray(at + (name === 'VP8L' ? 8 : 18), at + 8 + length);
  }
  return bytes.subarray(bytes.length);
}

/** Offset of the code byte of the last of these JPEG markers before `end`; -1 where there is none. */
function markerBefore(bytes: Uint8Array, end: number, markers: readonly number[]): number {
  for (
    let at = bytes.lastIndexOf(0xff, end - 2);
    at >= 0;
    at = at === 0 ? -1 : bytes.lastIndexOf(0xff, at - 1)
  )
    if (markers.includes(bytes[at + 1])) return at + 1;
  return -1;
}
