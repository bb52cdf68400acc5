/** Picture files to pixels, without a browser. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import decodeJpeg, { init as startJpeg } from '@jsquash/jpeg/decode.js';
import decodeWebp, { init as startWebp } from '@jsquash/webp/decode.js';
import { convertIndexedToRgb, type DecodedPng, decode as decodePng } from 'fast-png';
import { InspectorError } from '../errors';
import {
  checkLength,
  checkSize,
  lookAtFile,
  notOpened,
  type PictureFacts,
  undecodable,
} from '../formats/picture';
import type { Rgba } from '../inspect/pixels';

/**
 * @returns straight RGBA, 8 bits a channel, turned as a JPEG's EXIF says
 * @throws InspectorError `bad-image`
 */
export async function decodePicture(bytes: Uint8Array): Promise<{ picture: Rgba; facts: PictureFacts }> {
  checkLength(bytes.length);
  const facts = lookAtFile(bytes);
  if (facts.width !== null && facts.height !== null) checkSize(facts.width, facts.height);
  const picture = await decodeAs(facts, bytes);
  checkSize(picture.width, picture.height);
  return { picture, facts };
}

async function decodeAs(facts: PictureFacts, bytes: Uint8Array): Promise<Rgba> {
  const decoder = DECODERS[facts.type as keyof typeof DECODERS];
  if (!decoder) throw notOpened(facts.type, 'the command line does not read');
  try {
    return await decoder(bytes);
  } catch (cause) {
    const { message, advice } = undecodable(facts);
    throw new InspectorError('bad-image', message, advice, { cause });
  }
}

const DECODERS = {
  png: async (bytes: Uint8Array) => fromPng(decodePng(bytes)),
  async jpeg(bytes: Uint8Array): Promise<Rgba> {
    await ready('jpeg', startJpeg, '@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm');
    return decodeJpeg(ownBuffer(bytes), { preserveOrientation: true });
  },
  async webp(bytes: Uint8Array): Promise<Rgba> {
    await ready('webp', startWebp, '@jsquash/webp/codec/dec/webp_dec.wasm');
    return decodeWebp(ownBuffer(bytes));
  },
};

const started = new Map<string, Promise<unknown>>();

/** The codecs look for their programs by address, which Node does not fetch from the disk. */
function ready(
  name: string,
  start: (program: WebAssembly.Module) => unknown,
  path: string,
): Promise<unknown> {
  const load = async () =>
    start(await WebAssembly.compile(await readFile(createRequire(import.meta.url).resolve(path))));
  const starting = started.get(name) ?? load();
  started.set(name, starting);
  return starting;
}

/** A small file's bytes lie in a buffer that holds more; and a Buffer's `slice` would be no copy. */
function ownBuffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

/** All kinds of PNG to straight RGBA. */
export function fromPng(png: DecodedPng): Rgba {
  if (png.palette) return expand(png, convertIndexedToRgb(png), png.palette[0].length, 255);
  const channels = png.channels;
  const samples = png.depth < 8 ? unpack(png) : png.data;
  return expand(png, samples, channels, 2 ** png.depth - 1, png.transparency);
}

/**
 * @param samples 1 (grey), 2 (grey, alpha), 3 or 4 a pixel
 * @param white the largest value of a sample
 * @param clear the one colour that is transparent, where there is one
 */
function expand(
  { width, height }: { width: number; height: number },
  samples: ArrayLike<number>,
  channels: number,
  white: number,
  clear?: ArrayLike<number>,
): Rgba {
  const data = new Uint8ClampedArray(4 * width * height);
  const colours = channels < 3 ? 1 : 3;
  for (let from = 0, to = 0; to < data.length; from += channels, to += 4) {
    let isClear = clear !== undefined && clear.length >= colours;
    for (let colour = 0; colour < 3; colour++) {
      const sample = samples[from + Math.min(colour, colours - 1)];
      if (isClear && sample !== clear?.[Math.min(colour, colours - 1)]) isClear = false;
      data[to + colour] = (255 * sample) / white;
    }
    const alpha = channels === colours ? white : samples[from + colours];
    data[to + 3] = isClear ? 0 : (255 * alpha) / white;
  }
  return { width, height, data };
}

/** Grey samples of 1, 2 or 4 bits, each row from a byte of its own. */
function unpack({ width, height, depth, data }: DecodedPng): Uint8Array {
  const samples = new Uint8Array(width * height);
  const stride = Math.ceil((width * depth) / 8);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const bit = x * depth;
      const byte = data[y * stride + (bit >> 3)];
      samples[at] = (byte >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
    }
  }
  return samples;
}
