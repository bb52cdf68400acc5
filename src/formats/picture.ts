/**
 * Rules for what may be opened as a picture and for how it is fitted; pure. A file is looked at before a browser decodes it, so
 * that a refusal can say why, and a picture of a gigapixel is refused before it fills the memory.
 */
import { InspectorError } from '@/common/errors';
import { ascii, viewOf } from './picture/bytes';
import { readGif } from './picture/gif';
import { readJpeg } from './picture/jpeg';
import { KINDS, kindOf, type PictureType } from './picture/kind';
import { readPng } from './picture/png';
import { readWebp } from './picture/webp';

export type { PictureType };

/** Browsers refuse or silently blank canvases beyond this side. */
export const LARGEST_SIDE = 32767;
/** 120 megapixels take 480 MB once decoded; beyond that tabs die. */
export const LARGEST_PIXELS = 120e6;
/** Larger files are no photographs that a browser opens. */
export const LARGEST_BYTES = 256 * 2 ** 20;

/** Facts that the first look at a file tells. Sizes are null where the header does not give them. */
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
      return refusal(
        'This file is no picture of a kind that is known here.',
        'Choose a JPEG, PNG or WebP file.',
      );
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

/**
 * Full sentences on what a visitor should know about a picture that was opened all the same.
 * @param known of the file
 */
export function pictureNotices(
  known: readonly string[],
  fit: { side: number; size: number; transparent: boolean },
): string[] {
  const notices = [...known];
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
    return { ...look(bytes), type };
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

const LOOKS: Partial<Record<PictureType, (bytes: Uint8Array) => Omit<PictureFacts, 'type'>>> = {
  png(bytes) {
    const { width, height, frames, endless } = readPng(bytes);
    return { width, height, animated: frames > 1, truncated: endless };
  },
  jpeg(bytes) {
    const { frame, endless } = readJpeg(bytes);
    return { ...NOTHING, width: frame?.width ?? null, height: frame?.height ?? null, truncated: endless };
  },
  gif(bytes) {
    const { width, height, frames, endless } = readGif(bytes);
    return { width, height, animated: frames > 1, truncated: endless };
  },
  webp(bytes) {
    const { width, height, animated, endless } = readWebp(bytes);
    return { width, height, animated, truncated: endless };
  },
  // The size is left to the decoder; the brand tells sequences.
  avif: (bytes) => ({ ...NOTHING, animated: ascii(bytes, 8, 12) === 'avis' }),
  bmp: lookAtBmp,
};

function lookAtBmp(bytes: Uint8Array): PictureFacts {
  const view = viewOf(bytes);
  const old = bytes[14] === 12;
  return {
    ...NOTHING,
    type: 'bmp',
    width: old ? view.getUint16(18, true) : Math.abs(view.getInt32(18, true)),
    height: old ? view.getUint16(20, true) : Math.abs(view.getInt32(22, true)),
    truncated: view.getUint32(2, true) > bytes.length,
  };
}
