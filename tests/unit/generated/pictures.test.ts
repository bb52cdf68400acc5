import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, vi } from 'vitest';
import { decodePicture } from '@/cli/decode';
import { checkSize, LARGEST_PIXELS, lookAtFile, undecodable } from '@/formats/picture';
import { kindOf } from '@/formats/picture/kind';
import { readPicture } from '@/formats/picture/reading';
import { sniff, sniffBlob } from '@/formats/sniff';
import { type GoodFile, type NumberField, oddBytes } from './bytes';
import { checkSentence, checkWords, generated } from './runs';

const FOLDER = join(import.meta.dirname, 'pictures');

const FILES: GoodFile[] = readdirSync(FOLDER)
  .filter((name) => name !== 'README')
  .map((name) => {
    const bytes = new Uint8Array(readFileSync(join(FOLDER, name)));
    const signature = /webp|avif/.test(name) ? 12 : /jpg|ico/.test(name) ? 3 : 8;
    return { name, bytes, signature, ...structureOf(name, bytes) };
  });

/** Lengths, sizes and chunks of a good file. */
function structureOf(name: string, bytes: Uint8Array): Pick<GoodFile, 'fields' | 'chunks'> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields: NumberField[] = [];
  const chunks: [number, number][] = [];
  if (name.endsWith('.png')) {
    for (let at = 8; at < bytes.length; ) {
      const end = at + 12 + view.getUint32(at);
      // Its length, the first two numbers in it, and its checksum.
      fields.push(
        { at, size: 4, big: true },
        { at: at + 8, size: 4, big: true },
        { at: at + 12, size: 4, big: true },
      );
      fields.push({ at: at + 16, size: 1 }, { at: at + 17, size: 1 }, { at: end - 4, size: 4, big: true });
      chunks.push([at, end]);
      at = end;
    }
  } else if (name.endsWith('.jpg')) {
    for (let at = 2; at + 4 < bytes.length && bytes[at] === 0xff; ) {
      const end = at + 2 + view.getUint16(at + 2);
      for (const offset of [2, 4, 5, 7, 9, 10]) fields.push({ at: at + offset, size: 2, big: true });
      fields.push({ at: at + 1, size: 1 });
      chunks.push([at, end]);
      if (bytes[at + 1] === 0xda) chunks.push([end, bytes.length]);
      at = end;
    }
  } else {
    const big = name.endsWith('.avif');
    for (let at = 0; at < Math.min(64, bytes.length - 4); at += 2) {
      fields.push({ at, size: 2, big }, { at, size: 4, big });
    }
    for (let at = 12; at + 32 < bytes.length; at += 32) chunks.push([at, at + 32]);
  }
  return { fields, chunks };
}

const length = (bytes: Uint8Array) => bytes.length;

generated('the first look at a picture', {
  ...oddBytes(FILES),
  bytes: length,
  read: lookAtFile,
  holds(facts, bytes) {
    expect(facts.type).toBe(kindOf(bytes));
    for (const side of [facts.width, facts.height]) {
      if (side !== null) expect(Number.isSafeInteger(side) && side >= 0).toBe(true);
    }
    checkWords(undecodable(facts));
  },
  never: true,
});

generated('what page and command line read of a picture', {
  ...oddBytes(FILES),
  goods: FILES.filter(({ name }) => /\.(png|jpg|webp|gif)$/.test(name)).map(({ bytes }) => bytes),
  bytes: length,
  read: readPicture,
  // A table of all codes of 16 bits is made of each of a JPEG's.
  memory: { largest: 4, total: 12, constant: 2 ** 19, constants: 2 ** 24 },
  holds({ notices, colour, orientation, canvas }) {
    for (const notice of [...notices, ...colour.notices]) checkSentence(notice, 500);
    expect([1, 2, 3, 4, 5, 6, 7, 8]).toContain(orientation);
    if (canvas) checkSize(canvas.width, canvas.height);
  },
});

generated('what a file is, by its bytes', {
  ...oddBytes(FILES),
  bytes: length,
  read: (bytes) => sniffBlob(new Blob([bytes.slice()])),
  holds(found) {
    if (!found) return;
    checkSentence(`It is ${found.what}.`, 500);
    if (found.advice !== '') checkSentence(found.advice, 500);
  },
  never: true,
});

function pixelBytes(bytes: Uint8Array): number {
  const { width, height } = lookAtFile(bytes);
  const count = (width ?? 0) * (height ?? 0);
  return count <= LARGEST_PIXELS ? 4 * count : 0;
}

/** The decoders' own words on each. */
vi.spyOn(console, 'error').mockImplementation(() => {});
vi.spyOn(console, 'warn').mockImplementation(() => {});

const DECODED = FILES.filter(({ name }) => /\.(png|jpg|webp)$/.test(name));
generated('pictures that the command line decodes', {
  ...oddBytes(DECODED),
  // What it takes is decided by the size that its header says, where that is one that is opened.
  bytes: (bytes) => bytes.length + pixelBytes(bytes),
  memory: { largest: 4, total: 12, constant: 2 ** 19, constants: 2 ** 24 },
  read: async (bytes) => (await decodePicture(bytes)).picture,
  holds({ width, height, data }) {
    checkSize(width, height);
    expect(data).toHaveLength(4 * width * height);
  },
});

/** Text that looks as if it went on: what a search for the end of something may walk through again and again. */
const PIECES = [
  '<',
  '<!',
  '<!--',
  '-->',
  '<!-- -->',
  '<?',
  '?>',
  '<?xml ?>',
  '<!DOCTYPE ',
  '<!DOCTYPE a [',
  '<!ENTITY ',
  ']>',
  '[',
  '>',
  ' ',
  '\n',
  '\t \r\n',
  '"',
  "'",
  '{',
  '{"a":',
  '[[',
  '#',
  'P5\n#',
  '# a\n',
  '1 ',
  '\ufeff',
  '\0',
  'a',
  'a: ',
  'version https://git-lfs.github.com/spec/v1\n',
  '<svg ',
  '<html>',
];
const piece = fc.record({
  which: fc.nat(PIECES.length - 1),
  times: fc.constantFrom(1, 2, 10, 1000, 20_000),
});
generated('long texts that may be a drawing', {
  recipes: fc.array(piece, { minLength: 1, maxLength: 5 }),
  make: (pieces) =>
    new TextEncoder().encode(
      pieces
        .map(({ which, times }) => PIECES[which].repeat(times))
        .join('')
        .slice(0, 200_000),
    ),
  goods: [],
  bytes: length,
  read: (bytes) => [lookAtFile(bytes), sniff(bytes)] as const,
  holds([, found]) {
    if (found) checkSentence(`It is ${found.what}.`, 500);
  },
  never: true,
});
