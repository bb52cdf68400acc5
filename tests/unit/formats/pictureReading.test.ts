/** Pictures as the command line reads them. The page is held against it in tests/browser/pictures.test.ts. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decodePicture } from '../../../src/cli/decode';
import { fitPicture } from '../../../src/cli/picture';
import { InspectorError } from '../../../src/errors';
import { crc32 } from '../../../src/formats/picture/crc32';
import { readPicture } from '../../../src/formats/picture/reading';
import { storedRectangle, turned } from '../../../src/formats/picture/turn';
import { cropPicture } from '../../../src/inspect/pixels';
import { makePng } from '../../browser/pictures/png';
import { generator, integer } from '../inspect/cases';

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
});

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
