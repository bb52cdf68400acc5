/** Picture files to pixels by libraries, without a browser's decoders: for the command line, and where a canvas cannot be trusted. */
import decodeJpeg, { init as startJpeg } from '@jsquash/jpeg/decode.js';
import decodePng, { init as startPng } from '@jsquash/png/decode.js';
import decodeWebp, { init as startWebp } from '@jsquash/webp/decode.js';
import { InspectorError } from '@/common/errors';
import { cropPicture, type Rgba } from '@/latent/pixels';
import { checkLength, checkSize, notOpened, undecodable } from '../picture';
import { converterOf } from './colour';
import { kindOf } from './kind';
import { loadProfileEngine } from './lcms';
import { noPicture } from './noPicture';
import { CORNER, isMissingGrey, onCanvas, withBlack } from './pixels';
import { cutShort, type PictureReading, readPicture } from './reading';
import { turned } from './turn';

export interface DecodedPicture {
  /** Straight RGBA, 8 bits a channel, sRGB, upright. */
  picture: Rgba;
  /** Full sentences on what should be known about it. */
  notices: string[];
}

export type LibraryType = 'png' | 'jpeg' | 'webp';

/** Has the WebAssembly program of a decoder. @throws whatever loading it throws; the next call tries again */
export type ProgramLoader = (type: LibraryType) => Promise<WebAssembly.Module>;

type Decoder = (bytes: Uint8Array<ArrayBuffer>) => Promise<Rgba>;

export class PictureLibrary {
  private readonly programs = new Map<LibraryType, Promise<WebAssembly.Module>>();
  private readonly running = new Map<LibraryType, Promise<unknown>>();

  constructor(private readonly load: ProgramLoader) {}

  /**
   * A picture as it is meant to be seen.
   * @param where ends "This is a GIF picture, which ..." of what no library here reads
   * @throws InspectorError `bad-image`
   */
  async decode(bytes: Uint8Array, where: string): Promise<DecodedPicture> {
    checkLength(bytes.length);
    const type = kindOf(bytes);
    if (type === 'unknown') throw noPicture(bytes);
    if (!isLibraryType(type)) throw notOpened(type, where);
    const reading = await readPicture(new Uint8Array(bytes));
    await this.start(type);
    const decoder = this.decoders[type];
    let picture = await decodeAs(decoder, reading);
    checkSize(picture.width, picture.height);
    if (isMissingGrey(lastBlock(picture).data) && reading.isCut()) throw cutShort();
    if (reading.black) {
      const black = await decoder(reading.black.plain).catch(broken(reading));
      withBlack(picture.data, black.data, reading.black.colourIsInk);
    }
    if (reading.canvas) picture = onCanvas(picture, reading.canvas);
    const { convert, notices } = await converterOf(reading.colour, loadProfileEngine);
    convert?.(picture.data);
    return { picture: turned(picture, reading.orientation), notices: [...reading.notices, ...notices] };
  }

  /** The numbers of a file as they are, neither turned nor converted. @throws whatever the decoder throws */
  async decodeNumbers(bytes: Uint8Array<ArrayBuffer>): Promise<Rgba> {
    const type = kindOf(bytes);
    if (!isLibraryType(type)) throw new Error(`No library reads ${type}.`);
    return this.decoders[type](bytes);
  }

  private readonly decoders: Record<LibraryType, Decoder> = {
    png: async (bytes) => {
      await this.start('png');
      return decodePng(bytes.buffer);
    },
    jpeg: async (bytes) => {
      await this.start('jpeg');
      return this.unlessSpoilt('jpeg', decodeJpeg(bytes.buffer));
    },
    webp: async (bytes) => {
      await this.start('webp');
      return this.unlessSpoilt('webp', decodeWebp(bytes.buffer));
    },
  };

  private async start(type: LibraryType): Promise<void> {
    const program = this.programs.get(type) ?? this.load(type);
    this.programs.set(type, program);
    const started = this.running.get(type) ?? program.then(STARTS[type]);
    this.running.set(type, started);
    try {
      await started;
    } catch (error) {
      this.programs.delete(type);
      this.running.delete(type);
      throw error;
    }
  }

  /** A decoder that fails leaves its memory and its stack as they were; after some failures it takes nothing any more. */
  private async unlessSpoilt(type: LibraryType, decoding: Promise<Rgba>): Promise<Rgba> {
    try {
      return await decoding;
    } catch (error) {
      this.running.delete(type);
      throw error;
    }
  }
}

/**
 * Keeps a decoder from printing errors: what is wrong with a file is said in words of our own. The packages' types leave out the
 * program, which comes first.
 */
const quiet = (start: unknown) => (program: WebAssembly.Module) =>
  (start as (program: WebAssembly.Module, options: object) => Promise<void>)(program, { printErr() {} });

const STARTS: Record<LibraryType, (program: WebAssembly.Module) => Promise<unknown>> = {
  png: (program) => startPng(program),
  jpeg: quiet(startJpeg),
  webp: quiet(startWebp),
};

function isLibraryType(type: string): type is LibraryType {
  return Object.hasOwn(STARTS, type);
}

async function decodeAs(decoder: Decoder, reading: PictureReading): Promise<Rgba> {
  try {
    return await decoder(reading.plain!);
  } catch (cause) {
    const repaired = await reading.repaired();
    if (!repaired) return broken(reading)(cause);
    return decoder(repaired).catch(broken(reading));
  }
}

const broken =
  ({ type }: PictureReading) =>
  (cause: unknown): never => {
    const { message, advice } = undecodable({ type, truncated: false });
    throw new InspectorError('bad-image', message, advice, { cause });
  };

function lastBlock({ width, height, data }: Rgba): Rgba {
  const size = { width: Math.min(CORNER, width), height: Math.min(CORNER, height) };
  return cropPicture({ width, height, data }, { x: width - size.width, y: height - size.height, ...size });
}
