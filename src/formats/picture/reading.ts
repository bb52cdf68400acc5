/**
 * The one decision on a picture's file, for the page and for the command line: what it is, whether it is opened, what is said,
 * which bytes a decoder is given, and what is done with the pixels that come of them. Decoders see nothing in which they differ:
 * no profile, no orientation, no animation.
 */
import { InspectorError } from '@/common/errors';
import { checkSize, undecodable } from '../picture';
import { viewOf } from './bytes';
import { splitJpeg } from './cmyk';
import { type Colour, colourOfPng, colourOfProfile, SRGB } from './colour';
import { orientationOf } from './exif';
import { readGif } from './gif';
import { blocksOf, type Jpeg, plainJpeg, readJpeg, unusualJpeg } from './jpeg';
import { coverage, shareThere } from './jpegScan';
import { KINDS, kindOf, type PictureType } from './kind';
import { noPicture } from './noPicture';
import { deflatePixels, inflatePixels, type Png, plainPng, rawLength, readPng } from './png';
import { sentAsText } from './sentAsText';
import type { Rectangle } from './turn';
import { plainWebp, readWebp } from './webp';

type Bytes = Uint8Array<ArrayBuffer>;

export interface PictureReading {
  type: PictureType;
  /** The file to be decoded; null: the file as it is, by a browser that turns it and converts its colours itself. */
  plain: Bytes | null;
  /** Second file of a picture in CMYK, whose blue is black, and whether the first gives ink instead of light; null of any other. */
  black: { plain: Bytes; colourIsInk: boolean } | null;
  /** The picture that the decoded frame is a part of, and where it lies; null where it is all of it. */
  canvas: { width: number; height: number; frame: Rectangle } | null;
  orientation: number;
  colour: Colour;
  /** Full sentences, but for those that belong to the colour. */
  notices: string[];
  /** Scans of a progressive JPEG are missing: browsers smooth what there is in ways of their own, so one library decodes it. */
  isCoarse: boolean;
  /** A second try, where decoders refuse what may be whole all the same; null where there is nothing to try. */
  repaired(): Promise<Bytes | null>;
  /** Tells whether it is cut off; to be asked where its last block is as grey as decoders leave what is missing. */
  isCut(): boolean;
}

const SAVE_AGAIN = 'Copy or download it again, or choose another picture.';

const refusal = (message: string, advice = SAVE_AGAIN) => new InspectorError('bad-image', message, advice);

/** @param share of the picture that is there, 0 to 1; null where that cannot be told */
export function cutShort(share: number | null = null): InspectorError {
  const percent = share === null ? null : Math.floor(100 * share);
  return refusal(
    percent === null || percent < 1
      ? 'This picture is cut short: the file ends too early.'
      : `This picture is cut short: the file ends too early, and only ${percent} % of the picture is there.`,
  );
}

const damaged = () => undecodable({ type: 'png', truncated: false });

const END_MISSING = 'The end of the file is missing, but the picture is all there.';
const ANIMATED = 'The picture is animated: its first frame is used.';
const TURNED = 'The picture was turned as its EXIF data say.';

function reading(type: PictureType, rest: Partial<PictureReading> = {}): PictureReading {
  return {
    type,
    plain: null,
    black: null,
    canvas: null,
    orientation: 1,
    colour: SRGB,
    notices: [],
    isCoarse: false,
    repaired: async () => null,
    isCut: () => false,
    ...rest,
  };
}

/**
 * @param where the command line or a browser, for sentences: "This is a HEIC photograph, which ..."
 * @throws InspectorError `bad-image`
 */
export async function readPicture(bytes: Bytes): Promise<PictureReading> {
  const type = kindOf(bytes);
  if (type === 'jpeg' || type === 'webp') refuseSentAsText(bytes, type);
  try {
    switch (type) {
      case 'png':
        return await ofPng(bytes);
      case 'jpeg':
        return ofJpeg(bytes);
      case 'webp':
        return ofWebp(bytes);
      case 'gif':
        return ofGif(bytes);
      case 'bmp':
        return ofBmp(bytes);
      case 'unknown':
        throw noPicture(bytes);
      default:
        return reading(type);
    }
  } catch (error) {
    // A header that points beyond the end.
    if (error instanceof RangeError) throw cutShort();
    throw error;
  }
}

/** Some decoders would make noise of it without a word. */
function refuseSentAsText(bytes: Bytes, type: 'jpeg' | 'webp'): void {
  const transfer = sentAsText(bytes, type);
  if (transfer) throw refusal(`This is ${KINDS[type]} that ${transfer.what}.`, transfer.advice);
}

/** Deflate makes no more than 1,032 bytes of one: a smaller file than this cannot hold the pixels that it promises. */
const DEFLATE_RATIO = 1032;

async function ofPng(bytes: Bytes): Promise<PictureReading> {
  const png = readPng(bytes);
  const { chunks, wrongChecksums, endless } = png;
  if (png.isApples) {
    throw refusal(
      "This is a PNG in Apple's own form (CgBI), as apps for iPhones hold it, which is not read here.",
      'Save it as an ordinary PNG (on a Mac: open it in Preview and export it) and choose that.',
    );
  }
  if (!png.hasHeader) throw endless ? cutShort() : damaged();
  checkSize(png.width, png.height);
  const depths: Record<number, number[]> = {
    0: [1, 2, 4, 8, 16],
    2: [8, 16],
    3: [1, 2, 4, 8],
    4: [8, 16],
    6: [8, 16],
  };
  const hasPalette = (chunks.get('PLTE')?.length ?? 0) >= 3 && !wrongChecksums.includes('PLTE');
  const isSound = depths[png.colourType]?.includes(png.depth) && (png.colourType !== 3 || hasPalette);
  const compressed = png.pixels.reduce((sum, part) => sum + part.length, 0);
  const isThere = compressed > 0 && compressed * DEFLATE_RATIO >= rawLength(png);
  if (!isSound || !isThere) throw endless ? cutShort() : damaged();

  let plain = plainPng(png);
  const isInDoubt = endless || wrongChecksums.some((name) => name === 'IDAT' || name === 'IHDR');
  if (isInDoubt) {
    const pixels = await inflatePixels(png);
    if (!pixels.raw) throw endless ? cutShort(pixels.share) : damaged();
    if (!pixels.isSound) {
      if (!endless) throw damaged();
      plain = plainPng(png, [await deflatePixels(pixels.raw)]);
    }
  }
  const colour = colourOfPng(png, await profileOf(png));
  if (typeof colour === 'string') {
    throw refusal(
      `This is an HDR picture (${colour}), whose brightness does not fit into 255 levels.`,
      'Save it as an ordinary (SDR) PNG or JPEG and choose that.',
    );
  }
  const orientation = orientationOf(chunks.get('eXIf') ?? null);
  const notices: string[] = [];
  if (endless) notices.push(END_MISSING);
  if (wrongChecksums.length > 0) {
    const names = [...new Set(wrongChecksums)].join(', ');
    notices.push(`A checksum in the file is wrong (${names}), but the picture could be read.`);
  }
  if (png.frames > 1) notices.push(ANIMATED);
  if (orientation !== 1) notices.push(TURNED);
  return reading('png', {
    plain,
    orientation,
    colour,
    notices,
    async repaired() {
      const pixels = isInDoubt ? null : await inflatePixels(png);
      return pixels?.raw ? plainPng(png, [await deflatePixels(pixels.raw)]) : null;
    },
  });
}

/** Longer profiles are not pictures' profiles. */
const LONGEST_PROFILE = 16 * 2 ** 20;

/** The profile in `iCCP`: a name, a zero, a zero for the method, and compressed bytes. */
async function profileOf({ chunks }: Png): Promise<Uint8Array | null> {
  const chunk = chunks.get('iCCP');
  if (!chunk || chunks.has('cICP')) return null;
  const compressed = chunk.slice(chunk.indexOf(0) + 2);
  const stream = new Blob([compressed]).stream().pipeThrough(new DecompressionStream('deflate'));
  const reader = stream.getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      parts.push(next.value);
      length += next.value.length;
      if (length > LONGEST_PROFILE) throw new RangeError('The profile is too long.');
    }
  } catch {
    return null;
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

function ofJpeg(bytes: Bytes): PictureReading {
  const jpeg = readJpeg(bytes);
  const { frame, endless } = jpeg;
  if (!frame) throw endless ? cutShort() : damaged();
  const unusual = unusualJpeg(frame);
  if (unusual) {
    throw refusal(
      `This is ${unusual}, which is not read here.`,
      'Save it as an ordinary JPEG or PNG and choose that.',
    );
  }
  checkSize(frame.width, frame.height);
  const isSound =
    frame.components.every(({ h, v }) => h >= 1 && h <= 4 && v >= 1 && v <= 4) &&
    jpeg.segments.every(({ scan }) => !scan || scan.components.every(({ index }) => index >= 0));
  if (!isSound) throw damaged();
  checkJpegIsThere(bytes, jpeg);
  const notices = endless ? [END_MISSING] : [];
  const isCoarse = !endless && coverage(jpeg) < 1;
  if (isCoarse) {
    notices.push(
      'The file lacks some of the scans of a progressive JPEG, so the picture is coarser than it was.',
    );
  }
  const count = frame.components.length;
  const isCmyk = count === 4;
  const split = isCmyk ? splitJpeg(bytes, jpeg) : null;
  if (isCmyk && !split) {
    throw refusal(
      'This is a CMYK JPEG whose components are arranged in a way that is not read here.',
      'Save it as an RGB JPEG or PNG and choose that.',
    );
  }
  return reading('jpeg', {
    plain: split ? split.colours : plainJpeg(bytes, jpeg),
    black: split && { plain: split.black, colourIsInk: split.colourIsInk },
    orientation: orientationOf(jpeg.exif),
    colour: colourOfProfile(jpeg.profile, isCmyk ? 'CMYK' : count === 1 ? 'grey' : 'RGB'),
    notices,
    isCoarse,
    isCut: () => !endless && shareThere(bytes, jpeg, 'tolerant') < 1,
  });
}

/** So many bytes are walked through in some ten milliseconds. */
const LITTLE_CODE = 1 << 18;

/** @throws InspectorError where a part of the picture is missing */
function checkJpegIsThere(bytes: Bytes, jpeg: Jpeg): void {
  const { frame, segments, endless } = jpeg;
  const coded = segments.reduce((sum, { coded, to }) => sum + (coded === undefined ? 0 : to - coded), 0);
  const hasAll = frame!.components.every((_, index) =>
    segments.some(({ scan }) => scan?.start === 0 && scan.components.some((part) => part.index === index)),
  );
  // Each block takes a bit at least: a smaller file cannot hold what it promises.
  const { across, down } = blocksOf(frame!, frame!.components[0]);
  if (!hasAll || coded * 8 < across * down) throw cutShort();
  // Of a large file that has its end, the grey of its last block tells whether it is worth while to look.
  if (!endless && coded > LITTLE_CODE) return;
  const share = Math.min(
    shareThere(bytes, jpeg, endless ? 'strict' : 'tolerant'),
    endless ? coverage(jpeg) : 1,
  );
  // A progressive picture is there in full, but coarse: a share of it would be misunderstood.
  if (share < 1) throw cutShort(frame!.process === 2 ? null : share);
}

function ofWebp(bytes: Bytes): PictureReading {
  const webp = readWebp(bytes);
  const { pixels, endless, cut, width, height, frame } = webp;
  if (!pixels || cut || width === null || height === null) throw endless || cut ? cutShort() : damaged();
  checkSize(width, height);
  const orientation = orientationOf(webp.exif);
  const notices: string[] = [];
  if (endless) notices.push(webp.animated ? 'The file ends before its animation does.' : END_MISSING);
  if (webp.animated) notices.push(ANIMATED);
  if (orientation !== 1) notices.push(TURNED);
  return reading('webp', {
    plain: plainWebp({ pixels }),
    canvas: frame && { width, height, frame },
    orientation,
    colour: colourOfProfile(webp.profile, 'RGB'),
    notices,
  });
}

function ofGif(bytes: Bytes): PictureReading {
  const gif = readGif(bytes);
  checkSize(gif.width, gif.height);
  if (!gif.hasFirst) throw gif.endless ? cutShort() : damaged();
  const notices = gif.frames > 1 ? [ANIMATED] : [];
  if (gif.endless) notices.unshift(gif.frames > 1 ? 'The file ends before its animation does.' : END_MISSING);
  return reading('gif', { notices });
}

/** @throws InspectorError where uncompressed rows are missing */
function ofBmp(bytes: Bytes): PictureReading {
  const view = viewOf(bytes);
  const [pixels, header] = [view.getUint32(10, true), view.getUint32(14, true)];
  if (header < 40) return reading('bmp');
  const width = view.getInt32(18, true);
  const height = Math.abs(view.getInt32(22, true));
  const [bits, compression] = [view.getUint16(28, true), view.getUint32(30, true)];
  checkSize(width, height);
  const isPlain = compression === 0 || compression === 3;
  if (isPlain && pixels + 4 * Math.ceil((width * bits) / 32) * height > bytes.length) throw cutShort();
  return reading('bmp');
}
