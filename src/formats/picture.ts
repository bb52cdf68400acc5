/**
 * What may be opened as a picture and how it is fitted: pure rules. A file is looked at before a browser decodes it, so
 * that a refusal can say why, and a picture of a gigapixel is refused before it fills the memory.
 */
import { InspectorError } from '../errors';
import { ascii, viewOf } from './picture/bytes';
import { KINDS, kindOf, type PictureType } from './picture/kind';

export type { PictureType };

/** Browsers refuse or silently blank canvases beyond this side. */
export const LARGEST_SIDE = 16384;
/** 120 megapixels take 480 MB once decoded; beyond that tabs die. */
export const LARGEST_PIXELS = 120e6;
/** Larger files are no photographs that a browser opens. */
export const LARGEST_BYTES = 256 * 2 ** 20;

/** What the first look at a file tells. Sizes are null where the header does not give them. */
export interface PictureFacts {
  type: PictureType;
  width: number | null;
  height: number | null;
  /** More than one frame; only the first is used. */
  animated: boolean;
  /** The file ends before its picture does. Browsers show such files with the rest grey and say nothing. */
  truncated: boolean;
}

/** The square that is cut out of a picture: its top left corner and its side, in pixels of the picture. */
export interface Crop {
  x: number;
  y: number;
  side: number;
}

/** The largest square in the middle. Where the margin is odd, the extra pixel is left at the right or the bottom. */
export function centreCrop(width: number, height: number): Crop {
  const side = Math.min(width, height);
  return { x: Math.floor((width - side) / 2), y: Math.floor((height - side) / 2), side };
}

/**
 * Refuses sizes that cannot be opened.
 * @throws InspectorError `bad-image`
 */
export function checkSize(width: number, height: number): void {
  if (!(width >= 1 && height >= 1)) {
    throw new InspectorError('bad-image', 'This picture has no pixels.', 'Choose another picture.');
  }
  if (Math.max(width, height) > LARGEST_SIDE || width * height > LARGEST_PIXELS) {
    throw new InspectorError(
      'bad-image',
      `This picture is too large to decode here: ${width} x ${height} pixels.`,
      `Make it smaller first: at most ${LARGEST_SIDE} pixels a side and ${LARGEST_PIXELS / 1e6} megapixels.`,
    );
  }
}

/**
 * Refuses files of a length, in bytes, that no picture has: to be asked before they are read into the memory.
 * @throws InspectorError `bad-image`
 */
export function checkLength(bytes: number): void {
  if (bytes === 0) throw new InspectorError('bad-image', 'This file is empty.', 'Choose another picture.');
  if (bytes > LARGEST_BYTES) {
    throw new InspectorError(
      'bad-image',
      `This file is too large: ${Math.round(bytes / 2 ** 20)} MB.`,
      `Choose a picture of at most ${LARGEST_BYTES / 2 ** 20} MB.`,
    );
  }
}

/** Kinds that are decoded, by some browsers or by the command line: a failure is the file's fault. */
const DECODED: readonly PictureType[] = ['jpeg', 'png', 'webp', 'gif', 'bmp'];

/** The error for a file that a browser could not decode. */
export function undecodable({ type, truncated }: Pick<PictureFacts, 'type' | 'truncated'>): InspectorError {
  if (!DECODED.includes(type)) return notOpened(type, 'this browser cannot open');
  return new InspectorError(
    'bad-image',
    truncated
      ? 'This picture is cut short: the file ends too early.'
      : 'This picture is damaged and cannot be decoded.',
    'Copy or download it again, or choose another picture.',
  );
}

/**
 * The error for a file of a kind that is not opened.
 * @param where ends "This is a HEIC photograph, which ..."
 */
export function notOpened(type: PictureType, where: string): InspectorError {
  const refusal = (message: string, advice: string) => new InspectorError('bad-image', message, advice);
  switch (type) {
    case 'unknown':
      return refusal('This file is not a picture.', 'Choose a JPEG, PNG or WebP file.');
    case 'svg':
    case 'eps':
      return refusal(
        `This is ${KINDS[type]}, not a picture made of pixels.`,
        'Export it as PNG and choose that.',
      );
    case 'pdf':
      return refusal('This is a PDF document, not a picture.', 'Save a page of it as PNG and choose that.');
    case 'film':
      return refusal('This is a film, not a picture.', 'Save a frame of it as PNG and choose that.');
    default:
      return refusal(
        `This is ${KINDS[type]}, which ${where}.`,
        'Save it as JPEG or PNG and choose it again.',
      );
  }
}

/** What a visitor should know about a picture that was opened all the same; full sentences. */
export function pictureNotices(
  facts: Pick<PictureFacts, 'animated' | 'truncated'>,
  fit: { side: number; size: number; transparent: boolean },
): string[] {
  const notices: string[] = [];
  if (facts.truncated) notices.push('The file ends too early, so a part of the picture may be missing.');
  if (facts.animated) notices.push('The picture is animated: its first frame is used.');
  if (fit.transparent) notices.push('The picture has transparent parts: they are laid on white.');
  if (fit.side < fit.size) {
    notices.push(
      `The picture was enlarged from ${fit.side} to ${fit.size} pixels, so it has no fine detail.`,
    );
  }
  return notices;
}

/** Looks at the bytes of a file. Never throws: a file that cannot be understood is `unknown` or has null sizes. */
export function lookAtFile(bytes: Uint8Array): PictureFacts {
  const type = kindOf(bytes);
  const look = LOOKS[type];
  if (!look) return { ...NOTHING, type };
  try {
    return look(bytes, viewOf(bytes));
  } catch (error) {
    // A RangeError is a header that points beyond the end.
    if (!(error instanceof RangeError)) throw error;
    return { ...NOTHING, type, truncated: true };
  }
}

const NOTHING: PictureFacts = {
  type: 'unknown',
  width: null,
  height: null,
  animated: false,
  truncated: false,
};

type Look = (bytes: Uint8Array, view: DataView) => PictureFacts;

/** PNG (third edition, 2024): chunks of length, name, data, checksum; `acTL` announces an animation. */
function lookAtPng(bytes: Uint8Array, view: DataView): PictureFacts {
  const facts: PictureFacts = { ...NOTHING, type: 'png', truncated: true };
  facts.width = view.getUint32(16);
  facts.height = view.getUint32(20);
  for (let at = 8; at + 12 <= bytes.length; ) {
    const name = ascii(bytes, at + 4, at + 8);
    if (name === 'acTL') facts.animated = view.getUint32(at + 8) > 1;
    if (name === 'IEND') facts.truncated = false;
    at += 12 + view.getUint32(at);
  }
  return facts;
}

/** JPEG (ITU T.81): segments up to the start of scan; the size is in the start-of-frame segment. */
function lookAtJpeg(bytes: Uint8Array, view: DataView): PictureFacts {
  const facts: PictureFacts = { ...NOTHING, type: 'jpeg', truncated: true };
  for (let at = 2; at + 4 <= bytes.length; ) {
    const marker = view.getUint8(at + 1);
    if (view.getUint8(at) !== 0xff) return facts;
    if (marker === 0xff) {
      at += 1; // fill byte
      continue;
    }
    // SOF0 to SOF15, without DHT, JPG and DAC that share the range.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      facts.height = view.getUint16(at + 5);
      facts.width = view.getUint16(at + 7);
    }
    const next = at + 2 + view.getUint16(at + 2);
    if (marker === 0xda) {
      // In scan data 0xff is stuffed with 0, so the end marker cannot occur by chance. It is nearly always at the end.
      for (let end = bytes.length - 2; end >= next && facts.truncated; end--) {
        if (bytes[end] === 0xff && bytes[end + 1] === 0xd9) facts.truncated = false;
      }
      return facts;
    }
    at = next;
  }
  return facts;
}

/** GIF89a: blocks; each image descriptor (0x2c) is one frame, 0x3b the end. */
function lookAtGif(bytes: Uint8Array, view: DataView): PictureFacts {
  const facts: PictureFacts = { ...NOTHING, type: 'gif', truncated: true };
  facts.width = view.getUint16(6, true);
  facts.height = view.getUint16(8, true);
  const tableBytes = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  let at = 13 + tableBytes(view.getUint8(10));
  let frames = 0;
  const skipSubBlocks = () => {
    while (at < bytes.length && bytes[at] !== 0) at += bytes[at] + 1;
    at += 1;
  };
  while (at < bytes.length) {
    const block = bytes[at];
    if (block === 0x3b) {
      facts.truncated = false;
      break;
    }
    if (block === 0x21) {
      at += 2;
      skipSubBlocks();
    } else if (block === 0x2c) {
      frames += 1;
      if (at + 9 >= bytes.length) break;
      at += 10 + tableBytes(bytes[at + 9]) + 1;
      skipSubBlocks();
    } else {
      break;
    }
  }
  facts.animated = frames > 1;
  return facts;
}

/** WebP (RFC 9649): RIFF; `VP8X` carries size and the animation flag, `VP8 ` and `VP8L` the size alone. */
function lookAtWebp(bytes: Uint8Array, view: DataView): PictureFacts {
  const facts: PictureFacts = { ...NOTHING, type: 'webp' };
  facts.truncated = view.getUint32(4, true) + 8 > bytes.length;
  const uint24 = (at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  switch (ascii(bytes, 12, 16)) {
    case 'VP8X':
      facts.animated = (view.getUint8(20) & 2) !== 0;
      facts.width = uint24(24) + 1;
      facts.height = uint24(27) + 1;
      break;
    case 'VP8 ':
      facts.width = view.getUint16(26, true) & 0x3fff;
      facts.height = view.getUint16(28, true) & 0x3fff;
      break;
    case 'VP8L': {
      const packed = view.getUint32(21, true);
      facts.width = (packed & 0x3fff) + 1;
      facts.height = ((packed >>> 14) & 0x3fff) + 1;
      break;
    }
  }
  return facts;
}

/** AVIF: the size is left to the decoder; the brand tells sequences. */
function lookAtAvif(bytes: Uint8Array): PictureFacts {
  return { ...NOTHING, type: 'avif', animated: ascii(bytes, 8, 12) === 'avis' };
}

function lookAtBmp(bytes: Uint8Array, view: DataView): PictureFacts {
  const old = bytes[14] === 12;
  return {
    ...NOTHING,
    type: 'bmp',
    width: old ? view.getUint16(18, true) : Math.abs(view.getInt32(18, true)),
    height: old ? view.getUint16(20, true) : Math.abs(view.getInt32(22, true)),
    truncated: view.getUint32(2, true) > bytes.length,
  };
}

const LOOKS: Partial<Record<PictureType, Look>> = {
  png: lookAtPng,
  jpeg: lookAtJpeg,
  gif: lookAtGif,
  webp: lookAtWebp,
  avif: lookAtAvif,
  bmp: lookAtBmp,
};
