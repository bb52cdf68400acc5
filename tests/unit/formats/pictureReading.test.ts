/** Pictures as the command line reads them. The page is held against it in tests/browser/pictures.test.ts. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodePicture } from '@/cli/decode';
import { fitPicture } from '@/cli/picture';
import { InspectorError } from '@/common/errors';
import { crc32 } from '@/formats/picture/crc32';
import { readPicture } from '@/formats/picture/reading';
import { storedRectangle, turned } from '@/formats/picture/turn';
import { cropPicture } from '@/latent/pixels';
import { chunk, makePng } from '../../browser/pictures/png';
import { generator, integer } from '../measures/cases';

const CASES = 'tests/cases';
const FOLDER = join(CASES, 'pictures');
const files = readdirSync(FOLDER).filter((name) => /\.(jpg|webp)$/.test(name));

test.each(files)('%s is as Pillow has it, within two levels', async (name) => {
  const decoded = await decodePicture(readFileSync(join(FOLDER, name)));
  const side = Math.min(decoded.picture.width, decoded.picture.height);
  const { data } = fitPicture(decoded, side).picture;
  const judge = readFileSync(join(FOLDER, `${name}.rgb`));
  expect(data.length).toBe((judge.length / 3) * 4);
  const wrong = judge.filter((value, at) => Math.abs(value - data[4 * Math.floor(at / 3) + (at % 3)]) > 2);
  expect(wrong.length).toBe(0);
});

test.each<[path: string, notices: string[]]>([
  ['cli-animated-webp/anim.webp', ['The picture is animated: its first frame is used.']],
  [
    'cli-cmyk/cmyk-adobe.jpg',
    ['It is a CMYK picture without a colour profile: its colours are approximate.'],
  ],
  ['cli-interlaced-below-8-bits/inter-gray1.png', []],
  ['cli-png-orientation/exif6.png', ['The picture was turned as its EXIF data say.']],
  ['cli-png-orientation/exif6.jpg', []],
])('%s opens', async (path, notices) => {
  const decoded = await decodePicture(readFileSync(join(CASES, path)));
  expect(decoded.notices).toEqual(notices);
  expect(new Set(decoded.picture.data).size).toBeGreaterThan(1);
});

test('half of a photograph is refused, with how much of it is there', async () => {
  await expect(decodePicture(readFileSync(join(CASES, 'eoi-missing', 'cut50.jpg')))).rejects.toThrow(
    /^This picture is cut short: the file ends too early, and only \d\d % of the picture is there\.$/,
  );
});

test('damaged pictures leave the decoder as it was', async () => {
  const good = readFileSync(join(FOLDER, '444.jpg'));
  const { picture } = await decodePicture(good);
  // The size of a Huffman table is wrong: found by the decoder, not before it.
  const bad = Buffer.from(good);
  bad.fill(0xff, good.indexOf(Buffer.from([0xff, 0xc4])) + 5, good.indexOf(Buffer.from([0xff, 0xc4])) + 8);
  for (let i = 0; i < 300; i++) await decodePicture(bad).catch(() => {});
  await expect(decodePicture(bad)).rejects.toBeInstanceOf(InspectorError);
  expect((await decodePicture(good)).picture.data).toEqual(picture.data);
}, 120_000);

test('no bytes whatever make the reading throw what is not for people, or hang', async () => {
  const random = generator(41);
  const seeds: Uint8Array[] = [
    ...files.map((name) => readFileSync(join(FOLDER, name))),
    makePng(),
    makePng({ colourType: 3, depth: 2, interlaced: true }),
  ];
  for (let round = 0; round < 1500; round++) {
    const seed = seeds[round % seeds.length];
    const file = new Uint8Array(round % 3 === 0 ? seed.slice(0, integer(random, 0, seed.length)) : seed);
    for (let damage = integer(random, 0, 5); damage > 0 && file.length > 0; damage--) {
      file[integer(random, 0, Math.min(file.length, 600) - 1)] = integer(random, 0, 255);
    }
    const began = performance.now();
    await readPicture(file).catch((error) => {
      if (!(error instanceof InspectorError)) throw error;
    });
    expect(performance.now() - began).toBeLessThan(2000);
  }
});

test('a part of a turned picture comes from the right part of the stored one', () => {
  const data = Uint8ClampedArray.from({ length: 4 * 7 * 5 }, (_, at) => at % 251);
  const stored = { width: 7, height: 5, data };
  for (let orientation = 1; orientation <= 8; orientation++) {
    const whole = turned(stored, orientation);
    const part = { x: 1, y: 2, width: 3, height: 2 };
    const from = cropPicture(stored, storedRectangle(part, stored, orientation));
    expect(turned(from, orientation)).toEqual(cropPicture(whole, part));
  }
});

test('checksums are those of the definition', () => {
  const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  expect(crc32(bytes('123456789'))).toBe(0xcbf43926);
  expect(crc32(bytes('IEND'))).toBe(0xae426082);
});

test('what Adobe\u2019s marker says of four components: none is CMYK, anything else YCCK', async () => {
  const file = readFileSync(join(FOLDER, 'ycck.jpg'));
  const said = (transform: number) => {
    const changed = Buffer.from(file);
    changed[file.indexOf('Adobe') + 11] = transform;
    return decodePicture(changed).then(({ picture }) => picture.data);
  };
  const ycck = await said(2);
  // As libjpeg and its kin have it.
  expect(await said(1)).toEqual(ycck);
  expect(await said(0)).not.toEqual(ycck);
});

describe('refused by what it is', () => {
  const png = makePng();
  const headed = (at: number, value: number) => {
    const changed = Buffer.from(png);
    changed[at] = value;
    changed.writeUInt32BE(crc32(changed.subarray(12, 29)), 29);
    return changed;
  };
  const ahead = (name: string, content: Buffer) =>
    Buffer.concat([png.subarray(0, 8), chunk(name, content), png.subarray(8)]);
  const jpeg = readFileSync(join(FOLDER, '444.jpg'));
  const heightless = Buffer.from(jpeg);
  heightless.writeUInt16BE(0, jpeg.indexOf(Buffer.from([0xff, 0xc0])) + 5);
  const pcx = Buffer.alloc(128);
  pcx.set([10, 5, 1, 8]);

  test.each<[string, Buffer, RegExp]>([
    ['a PNG of Apple\u2019s', ahead('CgBI', Buffer.from([0x50, 0, 0x20, 6])), /Apple's own form \(CgBI\)/],
    ['a chunk before the header', ahead('tEXt', Buffer.from('a\0b')), /damaged/],
    ['compression that PNG has not', headed(26, 1), /damaged/],
    ['filters that PNG has not', headed(27, 64), /damaged/],
    ['interlacing that PNG has not', headed(28, 7), /damaged/],
    ['a JPEG without its height', heightless, /tells its height only behind its pixels \(DNL\)/],
    ['PCX', pcx, /a PCX picture, which the command line does not read/],
    ['SGI', Buffer.from([1, 0xda, 1, 1, 0, 3, 0, 8, 0, 8, 0, 3]), /an SGI picture/],
    ['MNG', Buffer.from('\x8aMNG\r\n\x1a\n0000', 'latin1'), /an MNG or JNG picture/],
    ['a text', Buffer.from('words'), /^This file is a text, not a picture\.$/],
    ['zeros', Buffer.alloc(3000), /^This file is full of zeros where it should begin/],
    ['an archive', Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4]), /^This file is a gzip archive\.$/],
    [
      'a web page',
      Buffer.from('<!doctype html><title>Sign in</title>'),
      /^This file is a web page \("Sign in"\)/,
    ],
    [
      'anything',
      Buffer.from([9, 8, 7, 200, 201]),
      /^This file is no picture of a kind that is known here\.$/,
    ],
  ])('%s', async (_, file, words) => {
    await expect(decodePicture(file)).rejects.toThrow(words);
    await expect(decodePicture(file)).rejects.toBeInstanceOf(InspectorError);
  });
});
