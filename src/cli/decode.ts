/** Picture files to pixels, without a browser. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import decodeJpeg, { init as startJpeg } from '@jsquash/jpeg/decode.js';
import decodePng, { init as startPng } from '@jsquash/png/decode.js';
import decodeWebp, { init as startWebp } from '@jsquash/webp/decode.js';
import { InspectorError } from '../errors';
import { checkLength, checkSize, notOpened, undecodable } from '../formats/picture';
import { converterOf } from '../formats/picture/colour';
import { kindOf } from '../formats/picture/kind';
import { loadProfileEngine } from '../formats/picture/lcms';
import { CORNER, isMissingGrey, onCanvas, withBlack } from '../formats/picture/pixels';
import { cutShort, type PictureReading, readPicture } from '../formats/picture/reading';
import { turned } from '../formats/picture/turn';
import { cropPicture, type Rgba } from '../inspect/pixels';

export interface DecodedPicture {
  /** Straight RGBA, 8 bits a channel, sRGB, upright. */
  picture: Rgba;
  /** What should be known about it; full sentences. */
  notices: string[];
}

/** @throws InspectorError `bad-image` */
export async function decodePicture(bytes: Uint8Array): Promise<DecodedPicture> {
  checkLength(bytes.length);
  const type = kindOf(bytes);
  const decoder = DECODERS[type as keyof typeof DECODERS];
  if (!decoder) throw notOpened(type, 'the command line does not read');
  const reading = await readPicture(new Uint8Array(bytes));
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

type Decoder = (bytes: Uint8Array<ArrayBuffer>) => Promise<Rgba>;

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

const DECODERS = {
  async png(bytes: Uint8Array<ArrayBuffer>): Promise<Rgba> {
    await start('png', startPng, '@jsquash/png/codec/pkg/squoosh_png_bg.wasm');
    return decodePng(bytes.buffer);
  },
  async jpeg(bytes: Uint8Array<ArrayBuffer>): Promise<Rgba> {
    await start('jpeg', quiet(startJpeg), '@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm');
    return unlessSpoilt('jpeg', decodeJpeg(bytes.buffer));
  },
  async webp(bytes: Uint8Array<ArrayBuffer>): Promise<Rgba> {
    await start('webp', quiet(startWebp), '@jsquash/webp/codec/dec/webp_dec.wasm');
    return unlessSpoilt('webp', decodeWebp(bytes.buffer));
  },
};

/** What is wrong with a file is said in words of our own. The packages' types leave out the program, which comes first. */
const quiet = (start: unknown) => (program: WebAssembly.Module) =>
  (start as (program: WebAssembly.Module, options: object) => Promise<void>)(program, { printErr() {} });

const programs = new Map<string, Promise<WebAssembly.Module>>();
const running = new Map<string, Promise<unknown>>();

/** Starts a decoder, with its program from the disk: the packages' own way to it is a browser's. */
function start(name: string, run: (program: WebAssembly.Module) => unknown, path: string): Promise<unknown> {
  const load = async () => WebAssembly.compile(await readFile(createRequire(import.meta.url).resolve(path)));
  const program = programs.get(name) ?? load();
  programs.set(name, program);
  const started = running.get(name) ?? program.then(run);
  running.set(name, started);
  return started;
}

/** A decoder that fails leaves its memory and its stack as they were; after some failures it takes nothing any more. */
async function unlessSpoilt(name: string, decoding: Promise<Rgba>): Promise<Rgba> {
  try {
    return await decoding;
  } catch (error) {
    running.delete(name);
    throw error;
  }
}
