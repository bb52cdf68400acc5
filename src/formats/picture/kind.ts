/** Kind of the picture that a file holds, told by its first bytes, whatever its name. */
import { ascii, startsWith, viewOf } from './bytes';

/** Kinds that are told apart, in the words of a sentence. */
export const KINDS = {
  jpeg: 'a JPEG picture',
  png: 'a PNG picture',
  webp: 'a WebP picture',
  gif: 'a GIF picture',
  avif: 'an AVIF picture',
  bmp: 'a BMP picture',
  svg: 'an SVG drawing',
  heic: 'a HEIC photograph',
  tiff: 'a TIFF picture',
  raw: "a camera's raw file",
  jxl: 'a JPEG XL picture',
  jp2: 'a JPEG 2000 picture',
  jxr: 'a JPEG XR picture',
  psd: 'a Photoshop document',
  xcf: 'a GIMP document',
  ico: 'an icon (ICO)',
  icns: 'an icon (ICNS)',
  qoi: 'a QOI picture',
  mng: 'an MNG or JNG picture',
  pcx: 'a PCX picture',
  sgi: 'an SGI picture',
  pnm: 'a PNM picture (PBM, PGM, PPM or PAM)',
  exr: 'an OpenEXR picture',
  hdr: 'a Radiance HDR picture',
  dds: 'a DDS texture',
  pdf: 'a PDF document',
  eps: 'a PostScript drawing',
  film: 'a film',
  unknown: 'no picture',
} as const;

export type PictureType = keyof typeof KINDS;

/** Number of bytes from the start of a file that are worth having for `kindOf`. */
export const KIND_BYTES = 1 << 16;

/** A drawing's first element is looked for this far into the text. */
const LONGEST_PREAMBLE = 1 << 20;

/** Signatures at the start of a file. */
const SIGNATURES: readonly (readonly [PictureType, string | readonly number[]])[] = [
  ['jpeg', [0xff, 0xd8, 0xff]],
  ['png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['gif', 'GIF87a'],
  ['gif', 'GIF89a'],
  ['jxl', [0xff, 0x0a]],
  ['jxl', [0, 0, 0, 12, 0x4a, 0x58, 0x4c, 0x20, 0x0d, 0x0a, 0x87, 0x0a]],
  ['jp2', [0, 0, 0, 12, 0x6a, 0x50, 0x20, 0x20, 0x0d, 0x0a, 0x87, 0x0a]],
  ['jp2', [0xff, 0x4f, 0xff, 0x51]],
  ['jxr', [0x49, 0x49, 0xbc]],
  ['raw', 'FUJIFILMCCD-RAW'],
  ['raw', 'IIRO'],
  ['raw', 'IIRS'],
  ['raw', 'MMOR'],
  ['raw', [0x49, 0x49, 0x55, 0]],
  ['raw', 'FOVb'],
  ['raw', [0, 0x4d, 0x52, 0x4d]],
  ['psd', '8BPS'],
  ['xcf', 'gimp xcf'],
  ['icns', 'icns'],
  ['qoi', 'qoif'],
  ['mng', [0x8a, 0x4d, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['mng', [0x8b, 0x4a, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['exr', [0x76, 0x2f, 0x31, 0x01]],
  ['hdr', '#?RADIANCE'],
  ['hdr', '#?RGBE'],
  ['dds', 'DDS '],
  ['pdf', '%PDF-'],
  ['eps', '%!PS'],
  ['eps', [0xc5, 0xd0, 0xd3, 0xc6]],
  ['film', [0x1a, 0x45, 0xdf, 0xa3]],
];

/** @param bytes of the whole file, or the first `KIND_BYTES` of them */
export function kindOf(bytes: Uint8Array): PictureType {
  for (const [kind, signature] of SIGNATURES) {
    const values = typeof signature === 'string' ? Array.from(signature, codeOf) : signature;
    if (startsWith(bytes, values)) return kind;
  }
  if (ascii(bytes, 0, 4) === 'RIFF') {
    const form = ascii(bytes, 8, 12);
    return form === 'WEBP' ? 'webp' : form === 'AVI ' ? 'film' : 'unknown';
  }
  if (ascii(bytes, 4, 8) === 'ftyp') return kindOfBoxes(bytes);
  if (startsWith(bytes, [0x49, 0x49, 0x2a, 0]) || startsWith(bytes, [0x4d, 0x4d, 0, 0x2a])) {
    return isCameraRaw(bytes) ? 'raw' : 'tiff';
  }
  // TIFF with addresses of 64 bits.
  if (startsWith(bytes, [0x49, 0x49, 0x2b, 0]) || startsWith(bytes, [0x4d, 0x4d, 0, 0x2b])) return 'tiff';
  if (isBitmap(bytes)) return 'bmp';
  if (isIcon(bytes)) return 'ico';
  if (isPcx(bytes)) return 'pcx';
  if (isSgi(bytes)) return 'sgi';
  // The numbers that follow keep a text that begins with P1 from being taken for one.
  if (/^P[1-6]\s+(#[^\n]*\n\s*)*\d+\s+\d+\s|^P7\nWIDTH|^P[Ff]\s+\d+\s+\d+\s/.test(ascii(bytes, 0, 256))) {
    return 'pnm';
  }
  return isDrawing(bytes) ? 'svg' : 'unknown';
}

const codeOf = (letter: string) => letter.charCodeAt(0);

const HEIC = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx'];
const AVIF = ['avif', 'avis'];

/** ISO base media files: the major brand tells, or, where that is a general one, the compatible brands that follow. */
function kindOfBoxes(bytes: Uint8Array): PictureType {
  const major = ascii(bytes, 8, 12);
  const length = Math.min(viewOf(bytes).getUint32(0), bytes.length, 256);
  const brands = [major];
  for (let at = 16; at + 4 <= length; at += 4) brands.push(ascii(bytes, at, at + 4));
  if (major === 'crx ') return 'raw';
  if (AVIF.includes(major)) return 'avif';
  if (HEIC.includes(major)) return 'heic';
  if (brands.some((brand) => AVIF.includes(brand))) return 'avif';
  if (brands.some((brand) => HEIC.includes(brand) || ['mif1', 'msf1'].includes(brand))) return 'heic';
  return 'film';
}

/** Raw files of most makers are TIFF files: a DNG's tag tells, or a maker's name beside a reduced picture or sub-directories. */
function isCameraRaw(bytes: Uint8Array): boolean {
  const view = viewOf(bytes);
  const little = bytes[0] === 0x49;
  if (ascii(bytes, 8, 10) === 'CR') return true;
  try {
    const directory = view.getUint32(4, little);
    const tags = new Map<number, number>();
    for (let i = 0; i < view.getUint16(directory, little); i++) {
      const entry = directory + 2 + 12 * i;
      tags.set(view.getUint16(entry, little), view.getUint32(entry + 8, little));
    }
    const DNG_VERSION = 0xc612;
    const MAKE = 0x10f;
    const SUB_DIRECTORIES = 0x14a;
    const NEW_SUBFILE_TYPE = 0xfe;
    const isReduced = ((tags.get(NEW_SUBFILE_TYPE) ?? 0) & 1) === 1;
    return tags.has(DNG_VERSION) || (tags.has(MAKE) && (tags.has(SUB_DIRECTORIES) || isReduced));
  } catch (error) {
    // The directory lies behind what is there, as it does in many TIFF files.
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function isBitmap(bytes: Uint8Array): boolean {
  // "BM" alone would take many text files for pictures; the header's own length follows at byte 14.
  return (
    ascii(bytes, 0, 2) === 'BM' && bytes.length >= 26 && [12, 40, 52, 56, 64, 108, 124].includes(bytes[14])
  );
}

function isIcon(bytes: Uint8Array): boolean {
  const [reserved, low, type, high, count, countHigh] = bytes;
  const isHead = reserved === 0 && low === 0 && (type === 1 || type === 2) && high === 0;
  // An entry's reserved byte is 0 too, and its picture begins behind the entries.
  return isHead && count > 0 && countHigh === 0 && bytes[9] === 0 && bytes.length >= 22;
}

/** Version, run lengths, bits; the header's reserved byte and its last ones are 0. */
function isPcx(bytes: Uint8Array): boolean {
  const [maker, version, encoding, bits] = bytes;
  const isHead = maker === 10 && [0, 2, 3, 4, 5].includes(version) && encoding === 1;
  return (
    isHead &&
    [1, 2, 4, 8].includes(bits) &&
    bytes[64] === 0 &&
    bytes.subarray(74, 128).every((each) => each === 0)
  );
}

/** Plain or in run lengths, bytes a sample, dimensions, width, height, channels. */
function isSgi(bytes: Uint8Array): boolean {
  if (!startsWith(bytes, [0x01, 0xda]) || bytes.length < 12) return false;
  const [storage, bytesEach, , dimensions] = bytes.subarray(2);
  return storage <= 1 && (bytesEach === 1 || bytesEach === 2) && dimensions >= 1 && dimensions <= 3;
}

/**
 * SVG is text: whatever stands before the first element (byte order mark, declaration, comments, doctype) is passed over, and
 * the element's name decides, with or without a prefix.
 */
function isDrawing(bytes: Uint8Array): boolean {
  let text = textOf(bytes.subarray(0, LONGEST_PREAMBLE)).trimStart();
  for (;;) {
    const before = text.length;
    text = afterPreamble(text).trimStart();
    if (text.length === before) break;
  }
  if (/^<([\w.-]+:)?svg[\s/>]/i.test(text)) return true;
  // A comment or doctype may be longer than what is looked at; then its own words are all there is.
  return text.startsWith('<!') && /<!doctype\s+svg/i.test(text);
}

function afterPreamble(text: string): string {
  const past = (mark: string) => {
    const end = text.indexOf(mark);
    return end < 0 ? text : text.slice(end + mark.length);
  };
  if (text.startsWith('<?')) return past('?>');
  if (text.startsWith('<!--')) return past('-->');
  if (/^<!doctype/i.test(text)) {
    // An internal subset holds declarations of its own, in brackets.
    const subset = /^<![^[>]*\[/.test(text);
    return subset ? past(']').replace(/^\s*>/, '') : past('>');
  }
  return text;
}

function textOf(bytes: Uint8Array): string {
  if (bytes.length < 4) return '';
  if (startsWith(bytes, [0xff, 0xfe]) || (bytes[0] === 0x3c && bytes[1] === 0)) {
    return new TextDecoder('utf-16le').decode(bytes);
  }
  if (startsWith(bytes, [0xfe, 0xff]) || (bytes[0] === 0 && bytes[1] === 0x3c)) {
    const swapped = new Uint8Array(bytes.length & ~1);
    for (let i = 0; i < swapped.length; i++) swapped[i] = bytes[i ^ 1];
    return new TextDecoder('utf-16le').decode(swapped);
  }
  return new TextDecoder().decode(bytes);
}
