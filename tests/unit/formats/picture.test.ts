import { expect, test } from 'vitest';
import { InspectorError } from '@/common/errors';
import {
  centreCrop,
  checkLength,
  checkSize,
  lookAtFile,
  notOpened,
  type PictureFacts,
  type PictureType,
  pictureNotices,
  undecodable,
} from '@/formats/picture';
import { crc32 } from '@/formats/picture/crc32';
import { kindOf } from '@/formats/picture/kind';
import { generator, integer } from '../measures/cases';

const text = (value: string) => Array.from(value, (letter) => letter.charCodeAt(0));
const big = (value: number) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
const little = (value: number) => big(value).reverse();
const bytes = (...parts: number[][]) => Uint8Array.from(parts.flat());

const chunk = (name: string, data: number[]) => {
  const checked = [...text(name), ...data];
  return [...big(data.length), ...checked, ...big(crc32(Uint8Array.from(checked)))];
};
const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const png = (width: number, height: number, ...chunks: number[][]) =>
  bytes(PNG_SIGNATURE, chunk('IHDR', [...big(width), ...big(height), 8, 2, 0, 0, 0]), ...chunks);

const segment = (marker: number, data: number[]) => [0xff, marker, 0, data.length + 2, ...data];
const jpeg = (...tail: number[][]) =>
  bytes(
    [0xff, 0xd8],
    segment(0xe1, [0xff, 0xd8, 0xff, 0xd9]), // a thumbnail with an end marker of its own
    segment(0xc2, [8, 0x0b, 0xb8, 0x0f, 0xa0, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]), // 3000 high, 4000 wide
    segment(0xc4, [8, 1, 1, 1, 1, 1, 1, 1]), // a Huffman table, whose marker lies in the range of frames
    segment(0xda, [0]),
    ...tail,
  );

const gif = (frames: number, ...tail: number[][]) => {
  const image = [0x2c, 0, 0, 0, 0, 4, 0, 2, 0, 0x80, ...new Array(6).fill(9), 2, 3, 7, 7, 7, 0];
  const control = [0x21, 0xf9, 4, 0, 0, 0, 0, 0];
  const all = Array.from({ length: frames }, () => [...control, ...image]).flat();
  return bytes(text('GIF89a'), [4, 0, 2, 0, 0x80, 0, 0], new Array(6).fill(1), all, ...tail);
};

const webp = (kind: string, payload: number[], claimed?: number) =>
  bytes(
    text('RIFF'),
    little(claimed ?? payload.length + 12),
    text('WEBP'),
    text(kind),
    little(payload.length),
    payload,
  );

test('the size is read from the header of each format', () => {
  const cases: [Uint8Array, Partial<PictureFacts>][] = [
    [
      png(640, 480, chunk('IDAT', [1]), chunk('IEND', [])),
      { type: 'png', width: 640, height: 480, truncated: false },
    ],
    [jpeg([1, 2, 0xff, 0, 3, 0xff, 0xd9]), { type: 'jpeg', width: 4000, height: 3000, truncated: false }],
    [gif(1, [0x3b]), { type: 'gif', width: 4, height: 2, truncated: false, animated: false }],
    [
      webp('VP8X', [0, 0, 0, 0, 0xff, 1, 0, 0x3f, 1, 0]),
      { type: 'webp', width: 512, height: 320, animated: false },
    ],
    [
      webp('VP8 ', [0, 0, 0, 0x9d, 1, 0x2a, 0x00, 0x42, 0x40, 0x01]),
      { type: 'webp', width: 512, height: 320 },
    ],
    [webp('VP8L', [0x2f, ...little(511 | (319 << 14)), 0]), { type: 'webp', width: 512, height: 320 }],
    [
      bytes(
        text('BM'),
        little(60),
        [0, 0, 0, 0],
        little(54),
        little(40),
        little(7),
        little(-9 >>> 0),
        new Array(34).fill(0),
      ),
      { type: 'bmp', width: 7, height: 9, truncated: false },
    ],
  ];
  for (const [file, facts] of cases) expect(lookAtFile(file)).toMatchObject(facts);
});

test('a file that ends before its picture is noticed', () => {
  expect(lookAtFile(png(640, 480, chunk('IDAT', [1]))).truncated).toBe(true);
  expect(lookAtFile(png(640, 480).subarray(0, 20))).toMatchObject({ type: 'png', truncated: true });
  expect(lookAtFile(jpeg([1, 2, 3])).truncated).toBe(true);
  // What a camera puts behind the end is no reason to doubt it.
  expect(lookAtFile(jpeg([1, 0xff, 0xd9, 4, 5, 6])).truncated).toBe(false);
  expect(lookAtFile(jpeg().subarray(0, 12))).toMatchObject({ type: 'jpeg', truncated: true });
  expect(lookAtFile(gif(1)).truncated).toBe(true);
  expect(lookAtFile(webp('VP8 ', new Array(10).fill(0), 4000)).truncated).toBe(true);
});

test('more than one frame is noticed', () => {
  expect(lookAtFile(gif(3, [0x3b]))).toMatchObject({ animated: true, truncated: false });
  const frames = (count: number) => chunk('acTL', [...big(count), ...big(0)]);
  expect(lookAtFile(png(4, 4, frames(2), chunk('IEND', []))).animated).toBe(true);
  expect(lookAtFile(png(4, 4, frames(1), chunk('IEND', []))).animated).toBe(false);
  expect(lookAtFile(webp('VP8X', [2, 0, 0, 0, 0, 0, 0, 0, 0, 0])).animated).toBe(true);
});

const utf16 = (value: string, isLittle: boolean) => {
  const pairs = text(value).map((code) => (isLittle ? [code, 0] : [0, code]));
  return [...(isLittle ? [0xff, 0xfe] : [0xfe, 0xff]), ...pairs.flat()];
};
const brands = (major: string, ...others: string[]) =>
  bytes(big(16 + 4 * others.length), text('ftyp'), text(major), big(0), ...others.map(text));
const tiff = (...tags: [tag: number, value: number][]) =>
  bytes(
    [0x49, 0x49, 0x2a, 0],
    little(8),
    [tags.length, 0],
    ...tags.map(([tag, value]) => [tag & 255, tag >> 8, 4, 0, ...little(1), ...little(value)]),
    little(0),
  );

test.each<[PictureType, string, Uint8Array]>([
  ['heic', 'by its brand', brands('heic')],
  ['heic', 'a general brand', brands('mif1', 'heic')],
  ['heic', 'a general brand alone', brands('mif1')],
  ['avif', 'by its brand', brands('avif')],
  ['avif', 'a general brand before its own', brands('mif1', 'miaf', 'avif')],
  ['raw', 'CR3', brands('crx ')],
  ['film', 'MP4', brands('isom', 'avc1')],
  ['film', 'WebM', bytes([0x1a, 0x45, 0xdf, 0xa3, 1, 2, 3])],
  ['tiff', 'little-endian', bytes([0x49, 0x49, 0x2a, 0])],
  ['tiff', 'big-endian', bytes([0x4d, 0x4d, 0, 0x2a, 0, 0, 0, 8, 0, 0])],
  ['tiff', 'with a maker, as scanners write', tiff([0x100, 9], [0x10f, 0])],
  ['tiff', 'with 64 bits', bytes([0x49, 0x49, 0x2b, 0, 8, 0, 0, 0])],
  ['raw', 'DNG', tiff([0x100, 9], [0xc612, 1])],
  ['raw', 'NEF', tiff([0xfe, 1], [0x10f, 0], [0x14a, 0])],
  ['raw', 'CR2', bytes([0x49, 0x49, 0x2a, 0, 16, 0, 0, 0], text('CR'), [2, 0])],
  ['raw', 'RAF', bytes(text('FUJIFILMCCD-RAW 0201'))],
  ['raw', 'ORF', bytes(text('IIRO'), [8, 0, 0, 0])],
  ['raw', 'RW2', bytes([0x49, 0x49, 0x55, 0, 24, 0, 0, 0])],
  ['jxl', 'codestream', bytes([0xff, 0x0a, 0x20, 0x50])],
  ['jxl', 'in boxes', bytes([0, 0, 0, 12], text('JXL '), [0x0d, 0x0a, 0x87, 0x0a])],
  ['jp2', 'in boxes', bytes([0, 0, 0, 12], text('jP  '), [0x0d, 0x0a, 0x87, 0x0a])],
  ['jp2', 'codestream', bytes([0xff, 0x4f, 0xff, 0x51, 0, 47])],
  ['psd', 'Photoshop', bytes(text('8BPS'), [0, 1])],
  ['ico', 'icon', bytes([0, 0, 1, 0, 1, 0, 16, 16, 0, 0, 1, 0, 32, 0], little(40), little(22))],
  ['qoi', 'QOI', bytes(text('qoif'), big(4), big(4), [3, 0])],
  ['pnm', 'PPM', bytes(text('P6\n# made by hand\n4 4\n255\n'))],
  ['exr', 'OpenEXR', bytes([0x76, 0x2f, 0x31, 0x01, 2, 0, 0, 0])],
  ['pdf', 'PDF', bytes(text('%PDF-1.7\n'))],
  ['svg', 'declaration', bytes(text('  <?xml version="1.0"?>\n<svg/>'))],
  ['svg', 'doctype', bytes(text('<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://x"><svg>'))],
  ['svg', 'doctype with a subset', bytes(text('<!DOCTYPE svg [ <!ENTITY ns "x"> ]><svg xmlns="&ns;"/>'))],
  ['svg', 'comment', bytes(text('<!-- made with <b>care</b> --><svg width="9"/>'))],
  ['svg', 'long comment', bytes(text(`<?xml version="1.0"?><!--${'x'.repeat(200_000)}-->\n<svg/>`))],
  ['svg', 'byte order mark', bytes([0xef, 0xbb, 0xbf], text('<svg/>'))],
  ['svg', 'prefix', bytes(text('<?xml version="1.0"?><svg:svg xmlns:svg="http://www.w3.org/2000/svg"/>'))],
  ['svg', 'UTF-16, little-endian', bytes(utf16('<?xml version="1.0"?><svg/>', true))],
  ['svg', 'UTF-16, big-endian', bytes(utf16('<!-- a --><svg/>', false))],
  ['unknown', 'HTML with a drawing', bytes(text('<!doctype html><html><svg/></html>'))],
  ['unknown', 'XML of another kind', bytes(text('<?xml version="1.0"?><!-- <svg/> --><gpx/>'))],
  ['unknown', 'text that begins with BM', bytes(text('BMW and other cars, a text of some length'))],
  ['unknown', 'text that begins with P1', bytes(text('P1 is the first point of the list.'))],
  ['unknown', 'zeros', new Uint8Array(100)],
  ['unknown', 'nothing', new Uint8Array()],
])('%s is told by its bytes: %s', (type, _, file) => {
  expect(lookAtFile(file).type).toBe(type);
  expect(kindOf(file)).toBe(type);
});

test('no bytes whatever make the first look throw or hang', () => {
  const random = generator(99);
  const seeds = [
    png(9, 9, chunk('IEND', [])),
    jpeg([0xff, 0xd9]),
    gif(2, [0x3b]),
    webp('VP8X', new Array(10).fill(7)),
  ];
  for (let round = 0; round < 3000; round++) {
    const file = seeds[round % seeds.length].slice(0, integer(random, 0, 90));
    for (let damage = integer(random, 0, 4); damage > 0 && file.length > 0; damage--) {
      file[integer(random, 0, file.length - 1)] = integer(random, 0, 255);
    }
    const facts = lookAtFile(file);
    expect(typeof facts.truncated).toBe('boolean');
  }
});

test('the crop is the largest square in the middle', () => {
  expect(centreCrop(768, 512)).toEqual({ x: 128, y: 0, side: 512 });
  expect(centreCrop(512, 769)).toEqual({ x: 0, y: 128, side: 512 });
  expect(centreCrop(1, 1)).toEqual({ x: 0, y: 0, side: 1 });
});

test('sizes that cannot be decoded are refused in words', () => {
  expect(() => checkSize(0, 10)).toThrow('no pixels');
  expect(() => checkSize(Number.NaN, 10)).toThrow('no pixels');
  expect(() => checkSize(40000, 10)).toThrow('40000 x 10');
  expect(() => checkSize(30000, 300)).not.toThrow();
  expect(() => checkSize(12000, 12000)).toThrow(InspectorError);
  expect(() => checkSize(12000, 9000)).not.toThrow();
  expect(() => checkLength(0)).toThrow('empty');
  expect(() => checkLength(300 * 2 ** 20)).toThrow('300 MB');
  expect(() => checkLength(100)).not.toThrow();
});

test('an undecodable file is explained by what it is', () => {
  const facts = lookAtFile(new Uint8Array());
  expect(undecodable(facts)).toMatchObject({
    code: 'bad-image',
    message: 'This file is no picture of a kind that is known here.',
  });
  expect(undecodable({ ...facts, type: 'heic' }).message).toMatch(/HEIC/);
  expect(undecodable({ ...facts, type: 'png', truncated: true }).message).toMatch(/cut short/);
  expect(undecodable({ ...facts, type: 'png' }).message).toMatch(/damaged/);
  expect(undecodable({ ...facts, type: 'svg' }).advice).toBe('Export it as PNG and choose that.');
  expect(notOpened('gif', 'the command line does not read').message).toBe(
    'This is a GIF picture, which the command line does not read.',
  );
  expect(notOpened('unknown', 'is never said').message).toBe(
    'This file is no picture of a kind that is known here.',
  );
});

test('what a visitor should know is said, and nothing else', () => {
  const fits = { side: 512, size: 512, transparent: false };
  expect(pictureNotices([], fits)).toEqual([]);
  expect(pictureNotices(['It is animated.'], fits)).toEqual(['It is animated.']);
  expect(pictureNotices([], { side: 100, size: 512, transparent: true })).toEqual([
    'The picture has transparent parts: they are laid on white.',
    'The picture was enlarged from 100 to 512 pixels, so it has no fine detail.',
  ]);
});
