/** JPEG (ITU T.81): segments, each a marker, a length and data; behind a start of scan come entropy-coded data. */
import { ascii, joined, startsWith, viewOf } from './bytes';

export interface JpegComponent {
  id: number;
  /** Sampling factors. */
  h: number;
  v: number;
  /** The byte that names its quantisation table. */
  table: number;
}

export interface JpegFrame {
  /** Process, by the start-of-frame marker: 0 baseline, 1 extended, 2 progressive, 3 lossless, from 9 on arithmetic coding. */
  process: number;
  /** Bits a sample. */
  precision: number;
  width: number;
  height: number;
  components: JpegComponent[];
}

export interface JpegScan {
  /** Indices into the frame's components, and the Huffman tables of each. */
  components: { index: number; dc: number; ac: number }[];
  /** Spectral selection and successive approximation. */
  start: number;
  end: number;
  high: number;
  low: number;
}

/** A segment of a file, in its order. Positions are those of the file; `from` is where the marker stands. */
export interface JpegSegment {
  marker: number;
  from: number;
  /** Start of the data: behind the length. */
  data: number;
  /** Behind the data; of a scan, behind its entropy-coded data. */
  to: number;
  scan?: JpegScan;
  /** Start of a scan's entropy-coded data. */
  coded?: number;
}

export interface Jpeg {
  frame: JpegFrame | null;
  segments: JpegSegment[];
  /** The end marker is missing. */
  endless: boolean;
  /** The colour transform that Adobe's segment names: 0 none, 1 YCbCr, 2 YCCK; null where there is no such segment. */
  adobe: number | null;
  profile: Uint8Array | null;
  /** A TIFF structure; it may be cut into several segments. */
  exif: Uint8Array | null;
}

export const MARKERS = {
  DHT: 0xc4,
  EOI: 0xd9,
  SOS: 0xda,
  DQT: 0xdb,
  DNL: 0xdc,
  DRI: 0xdd,
  JFIF: 0xe0,
  ADOBE: 0xee,
};

/** Never throws: what lies behind the end is not there. */
export function readJpeg(bytes: Uint8Array): Jpeg {
  const view = viewOf(bytes);
  const jpeg: Jpeg = { frame: null, segments: [], endless: true, adobe: null, profile: null, exif: null };
  const profile: Uint8Array[] = [];
  const exif: Uint8Array[] = [];
  for (let at = 2; ; ) {
    at = bytes.indexOf(0xff, at);
    if (at < 0 || at + 1 >= bytes.length) break;
    const marker = bytes[at + 1];
    if (marker === MARKERS.EOI) {
      jpeg.endless = false;
      break;
    }
    // Fill bytes, stuffed ones, and markers without a length.
    if (marker === 0xff || marker === 0 || marker === 1 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    if (at + 4 > bytes.length) break;
    const to = at + 2 + view.getUint16(at + 2);
    if (to > bytes.length) break;
    const segment: JpegSegment = { marker, from: at, data: at + 4, to };
    const data = bytes.subarray(at + 4, to);
    if (isFrame(marker)) jpeg.frame ??= readFrame(marker, data);
    else if (marker === MARKERS.ADOBE && ascii(data, 0, 5) === 'Adobe' && data.length >= 12)
      jpeg.adobe = data[11];
    else if (marker === 0xe1 && startsWith(data, EXIF)) exif.push(data.subarray(EXIF.length));
    else if (marker === 0xe2 && startsWith(data, ICC)) profile[data[12]] ??= data.subarray(14);
    else if (marker === MARKERS.SOS) {
      segment.scan = readScan(data, jpeg.frame);
      segment.coded = to;
      segment.to = endOfCoded(bytes, to);
    }
    jpeg.segments.push(segment);
    at = segment.to;
  }
  if (profile.length > 0) jpeg.profile = joined(profile.filter(Boolean));
  if (exif.length > 0) jpeg.exif = joined(exif);
  return jpeg;
}

const EXIF = Array.from('Exif\0\0', (letter) => letter.charCodeAt(0));
const ICC = Array.from('ICC_PROFILE\0', (letter) => letter.charCodeAt(0));

/** SOF0 to SOF15, without DHT, JPG and DAC that share the range. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

function readFrame(marker: number, data: Uint8Array): JpegFrame | null {
  if (data.length < 6 || data.length < 6 + 3 * data[5]) return null;
  const components = Array.from({ length: data[5] }, (_, i) => {
    const [id, sampling, table] = data.subarray(6 + 3 * i);
    return { id, h: sampling >> 4, v: sampling & 15, table };
  });
  return {
    process: marker - 0xc0,
    precision: data[0],
    height: (data[1] << 8) | data[2],
    width: (data[3] << 8) | data[4],
    components,
  };
}

function readScan(data: Uint8Array, frame: JpegFrame | null): JpegScan {
  const components = Array.from({ length: data[0] ?? 0 }, (_, i) => {
    const [id, tables] = data.subarray(1 + 2 * i);
    const index = frame?.components.findIndex((component) => component.id === id) ?? -1;
    return { index, dc: tables >> 4, ac: tables & 15 };
  });
  const [start = 0, end = 63, approximation = 0] = data.subarray(1 + 2 * components.length);
  return { components, start, end, high: approximation >> 4, low: approximation & 15 };
}

/**
 * Finds the end of coded data, in which 0xff is stuffed with a 0: no marker occurs by chance, and those of restarts are part of it.
 */
function endOfCoded(bytes: Uint8Array, from: number): number {
  for (let at = from; ; at += 2) {
    at = bytes.indexOf(0xff, at);
    if (at < 0 || at + 1 >= bytes.length) return bytes.length;
    const next = bytes[at + 1];
    if (next === 0xff) at -= 1;
    else if (next !== 0 && (next < 0xd0 || next > 0xd7)) return at;
  }
}

/**
 * The same picture with nothing but its pixels: colour profile, EXIF data, previews and what follows the end are left out, and
 * there is an end marker.
 */
export function plainJpeg(bytes: Uint8Array, { segments }: Jpeg): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [Uint8Array.of(0xff, 0xd8)];
  for (const { marker, from, to, data } of segments) {
    const isNote = (marker >= 0xe0 && marker <= 0xef) || marker === 0xfe;
    // These two say what the three components are.
    const isNeeded =
      (marker === MARKERS.JFIF && ascii(bytes, data, data + 4) === 'JFIF') ||
      (marker === MARKERS.ADOBE && ascii(bytes, data, data + 5) === 'Adobe');
    if (!isNote || isNeeded) parts.push(bytes.subarray(from, to));
  }
  parts.push(Uint8Array.of(0xff, MARKERS.EOI));
  return joined(parts);
}

/** Processes that decoders leave out, in words; null of the others. */
export function unusualJpeg({ process, precision, height, components }: JpegFrame): string | null {
  if (process === 3 || process === 7 || process === 11 || process === 15) return 'a lossless JPEG';
  if (process >= 9) return 'a JPEG with arithmetic coding';
  if (process > 2) return 'a hierarchical JPEG';
  if (precision !== 8) return `a JPEG of ${precision} bits a sample`;
  if (height === 0) return 'a JPEG that tells its height only behind its pixels (DNL)';
  if (![1, 3, 4].includes(components.length)) return `a JPEG of ${components.length} components`;
  return null;
}

/** Blocks of 8 x 8 samples of one component, across and down: as a scan of its own has them. */
export function blocksOf(frame: JpegFrame, { h, v }: JpegComponent): { across: number; down: number } {
  const { mostH, mostV } = samplingOf(frame);
  return {
    across: Math.ceil(Math.ceil((frame.width * h) / mostH) / 8),
    down: Math.ceil(Math.ceil((frame.height * v) / mostV) / 8),
  };
}

export function samplingOf({ components }: Pick<JpegFrame, 'components'>): { mostH: number; mostV: number } {
  return {
    mostH: Math.max(...components.map(({ h }) => h)),
    mostV: Math.max(...components.map(({ v }) => v)),
  };
}
