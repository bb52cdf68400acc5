/** Reading a picture in a browser: decoded once, then fitted to whatever size is asked for. */

import { InspectorError } from '@/common/errors';
import { fetchPatiently } from '@/common/fetching';
import { importPatiently } from '@/common/importing';
import { blockedByPolicy, directiveAgainst } from '@/common/policy';
import type { Pixels } from '@/engine/protocol';
import { centreCrop, checkLength, checkSize, lookAtFile, undecodable } from '@/formats/picture';
import { converterOf } from '@/formats/picture/colour';
import type { Converter } from '@/formats/picture/colourSpace';
import { loadProfileEngine } from '@/formats/picture/lcms';
import { CORNER, isMissingGrey, withBlack } from '@/formats/picture/pixels';
import { cutShort, type PictureReading, readPicture } from '@/formats/picture/reading';
import { type Rectangle, storedRectangle, turned, turnedSize } from '@/formats/picture/turn';
import { cropPicture, type Rgba } from '@/latent/pixels';
import type { Latent } from '@/latent/types';
import type { StartingPicture } from '../types';
import { canvasIsTrue, SETTING, unreadableDrawing } from './canvasProof';
import { fitStrips, stripRows } from './fitStrips';

/** A decoded picture that can be fitted to any size. */
export interface PictureSource {
  /** The latent, where it is no picture but a latent from a file (`LatentSource`): then there is nothing to fit. */
  readonly latent?: Latent;
  /** Id of a starting picture; null for a visitor's own. */
  id: string | null;
  title: string;
  alt: string;
  /** Width of the whole picture, and its height, in pixels; where they are known. */
  readonly width?: number;
  readonly height?: number;
  /** Crops the middle square and resizes it to `size` x `size`, opaque. `notices`: full sentences worth saying. */
  fit(
    size: number,
    signal?: AbortSignal,
    onProgress?: (fraction: number) => void,
  ): Promise<{ pixels: Pixels; notices: string[] }>;
  close(): void;
}

export interface DecodedPicture extends PictureSource {
  /** Side of the square that is cut out, pixels of the picture. */
  side: number;
}

/** @throws InspectorError `bad-image`, `network`, or `not-found` */
export type PictureReader = (
  source: string | Blob | ImageBitmapSource,
  signal?: AbortSignal,
) => Promise<DecodedPicture>;

/**
 * Makes the reader that a page uses.
 * @param base absolute URL against which the starting pictures' files are resolved
 */
export function createPictureReader(pictures: readonly StartingPicture[], base: string): PictureReader {
  return async (source, signal) => {
    if (typeof source === 'string') {
      const known = pictures.find(({ id }) => id === source);
      const url = known ? new URL(known.file, base).href : source;
      const blob = await downloadPicture(url, signal);
      return known
        ? openBlob(blob, { id: known.id, title: known.title, alt: known.alt })
        : openBlob(blob, own(fileName(url, base)));
    }
    if (source instanceof Blob) return openBlob(source, own(source instanceof File ? source.name : ''));
    if (!canvasIsTrue()) {
      if (source instanceof ImageData) return openPixels(source, own(''), []);
      throw unreadableDrawing();
    }
    return openBitmap(await decode(source), own(''), PLAIN);
  };
}

type Names = Pick<PictureSource, 'id' | 'title' | 'alt'>;

function own(name: string): Names {
  return { id: null, title: name || 'Your picture', alt: name ? `Your picture, ${name}` : 'Your picture' };
}

/** The last part of an address; empty where an address holds no name of a file (`data:`, `blob:`). */
function fileName(url: string, base: string): string {
  const { protocol, pathname } = new URL(url, base);
  if (protocol !== 'http:' && protocol !== 'https:') return '';
  const name = pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(name);
  } catch {
    // A percent sign that stands for itself.
    return name;
  }
}

/** @throws InspectorError `network` or `not-found`; the signal's reason */
export async function downloadPicture(url: string, signal?: AbortSignal): Promise<Blob> {
  const failed = (cause: unknown): never => {
    if (signal?.aborted) throw cause;
    const directive = directiveAgainst(url);
    if (directive) throw blockedByPolicy('The picture', url, directive);
    throw new InspectorError(
      'network',
      'The picture could not be downloaded.',
      'Check the connection. Another site must allow it (CORS); if it does not, save the picture and choose the file.',
      { cause },
    );
  };
  const response = await fetchPatiently(url, { signal: signal ?? null }).catch(failed);
  if (!response.ok) {
    throw new InspectorError(
      response.status === 404 ? 'not-found' : 'network',
      `The picture could not be downloaded: the server answered ${response.status}.`,
      'Check its address, or choose another picture.',
    );
  }
  return response.blob().catch(failed);
}

async function openBlob(blob: Blob, names: Names): Promise<DecodedPicture> {
  checkLength(blob.size);
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = new Uint8Array(await blob.arrayBuffer());
  } catch (cause) {
    throw new InspectorError('bad-image', 'This file cannot be read.', 'Choose it again.', { cause });
  }
  if (!canvasIsTrue()) return openByLibrary(bytes, names, [NOISE]);
  const reading = await readPicture(bytes);
  if (reading.isCoarse) return openByLibrary(bytes, names);
  const bitmap = await decodeReading(blob, bytes, reading);
  const { black, canvas } = reading;
  if (reading.plain && isMissingGrey(lastBlock(bitmap)) && reading.isCut()) throw cutShort();
  const { convert, notices } = await converterOf(reading.colour, loadProfileEngine).catch((cause) => {
    throw new InspectorError(
      'network',
      'What converts the colours of this picture could not be loaded.',
      'Check the connection and choose the picture again, or save it as sRGB.',
      { cause },
    );
  });
  return openBitmap(canvas ? laidOn(canvas, bitmap) : bitmap, names, {
    black: black && {
      bitmap: await decodeFile(new Blob([black.plain]), bytes),
      colourIsInk: black.colourIsInk,
    },
    orientation: reading.orientation,
    convert,
    notices: [...reading.notices, ...notices],
  });
}

const NOISE = `This browser gives pages noise instead of pixels (${SETTING}): the picture was decoded by a library instead.`;

async function openByLibrary(
  bytes: Uint8Array<ArrayBuffer>,
  names: Names,
  said: readonly string[] = [],
): Promise<DecodedPicture> {
  const { decodeByLibrary } = await importPatiently(() => import('./libraryPicture')).catch(libraryMissing);
  const { picture, notices } = await decodeByLibrary(bytes);
  return openPixels(picture, names, [...said, ...notices]);
}

async function decodeReading(
  blob: Blob,
  bytes: Uint8Array<ArrayBuffer>,
  { plain, repaired }: PictureReading,
): Promise<ImageBitmap> {
  if (!plain) return decodeFile(blob, bytes);
  try {
    return await decodeFile(new Blob([plain]), bytes);
  } catch (error) {
    const second = await repaired();
    if (!second) throw error;
    return decodeFile(new Blob([second]), bytes);
  }
}

/** @param bytes of the whole file, for the words of a refusal */
async function decodeFile(file: Blob, bytes: Uint8Array): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(file, STRAIGHT);
  } catch (cause) {
    const { type, truncated } = lookAtFile(bytes);
    const { code, message, advice } = undecodable({ type, truncated: truncated && type !== 'jpeg' });
    throw new InspectorError(code, message, advice, { cause });
  }
}

/**
 * Alpha is kept as it is in the file; what is transparent is laid on white while resampling. Files that are decoded as they are
 * are turned as they say: that is the default, and naming it fails in browsers that know no name for it.
 */
const STRAIGHT: ImageBitmapOptions = { premultiplyAlpha: 'none' };

/** Something drawn already, not a file. */
async function decode(source: ImageBitmapSource): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(source, STRAIGHT);
  } catch (cause) {
    throw new InspectorError(
      'bad-image',
      cause instanceof DOMException && cause.name === 'SecurityError'
        ? 'The browser does not let this page read that picture, because it comes from another site.'
        : 'This is not a picture that the browser can read.',
      'Save the picture and choose the file.',
      { cause },
    );
  }
}

/** The first frame of an animation where it lies in the picture. */
function laidOn(
  { width, height, frame }: NonNullable<PictureReading['canvas']>,
  bitmap: ImageBitmap,
): ImageBitmap {
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d')?.drawImage(bitmap, frame.x, frame.y);
  bitmap.close();
  return canvas.transferToImageBitmap();
}

function libraryMissing(cause: unknown): never {
  throw new InspectorError(
    'network',
    'What decodes this picture could not be loaded.',
    'Check the connection and choose the picture again.',
    { cause },
  );
}

function lastBlock(bitmap: ImageBitmap): ImageData['data'] {
  const width = Math.min(CORNER, bitmap.width);
  const height = Math.min(CORNER, bitmap.height);
  return stripReader(bitmap, width, height)(bitmap.width - width, bitmap.height - height, width, height).data;
}

/** The steps to be taken with the pixels of a bitmap. */
interface Treatment {
  black: { bitmap: ImageBitmap; colourIsInk: boolean } | null;
  orientation: number;
  convert: Converter | null;
  /** Full sentences. */
  notices: readonly string[];
}

const PLAIN: Treatment = { black: null, orientation: 1, convert: null, notices: [] };

function openBitmap(bitmap: ImageBitmap, names: Names, treatment: Treatment): DecodedPicture {
  const { black, orientation, convert, notices } = treatment;
  const size = turnedSize(bitmap, orientation);
  checkSize(size.width, size.height);
  const crop = centreCrop(size.width, size.height);
  return {
    ...names,
    side: crop.side,
    ...size,
    fit(wanted, signal, onProgress) {
      const rows = stripRows(crop.side);
      // A strip of rows lies as a strip of columns where the picture is turned on its side.
      const strip = turnedSize({ width: crop.side, height: rows }, orientation);
      const read = stripReader(bitmap, strip.width, strip.height);
      const readBlack = black && stripReader(black.bitmap, strip.width, strip.height);
      const readStrip = (rectangle: Rectangle) => {
        const { x, y, width, height } = storedRectangle(rectangle, bitmap, orientation);
        const piece = read(x, y, width, height);
        if (readBlack) withBlack(piece.data, readBlack(x, y, width, height).data, black.colourIsInk);
        convert?.(piece.data);
        return turned(piece, orientation).data;
      };
      return fitStrips(crop, wanted, readStrip, { notices, signal, onProgress });
    },
    close() {
      bitmap.close();
      black?.bitmap.close();
    },
  };
}

/** Pixels that are here already, upright and in sRGB. */
function openPixels(picture: Rgba, names: Names, notices: readonly string[]): DecodedPicture {
  const { width, height } = picture;
  checkSize(width, height);
  const crop = centreCrop(width, height);
  return {
    ...names,
    side: crop.side,
    width,
    height,
    fit(wanted, signal, onProgress) {
      const readStrip = (rectangle: Rectangle) => cropPicture(picture, rectangle).data;
      return fitStrips(crop, wanted, readStrip, { notices, signal, onProgress });
    },
    close() {},
  };
}

/** Reads rectangles of a bitmap as straight RGBA, over one canvas of the size of a strip. */
function stripReader(bitmap: ImageBitmap, width: number, height: number) {
  const canvas = new OffscreenCanvas(width, height);
  // Kept in ordinary memory: every drawn pixel is read back once.
  const canvasContext = canvas.getContext('2d', { willReadFrequently: true, colorSpace: 'srgb' });
  if (!canvasContext) {
    throw new InspectorError(
      'bad-image',
      'The browser gave no canvas to read the picture with.',
      'Close other pages, then try again.',
    );
  }
  return (x: number, y: number, columns: number, rows: number): ImageData => {
    canvasContext.clearRect(0, 0, columns, rows);
    canvasContext.drawImage(bitmap, x, y, columns, rows, 0, 0, columns, rows);
    return canvasContext.getImageData(0, 0, columns, rows);
  };
}
