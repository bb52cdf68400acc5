/**
 * Tests of what the page and the command line make of one picture's file: the same pixels within a level, the same notices, or the
 * same refusal. Where Pillow can be the judge, its pixels lie beside the files (tests/cases/pictures/make.py).
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chunk, exif, gamma, makePng, numbers, PALETTE, type PngOptions, profile } from './pictures/png';
import { openSides, type Sides } from './pictures/sides';

const FOLDER = 'tests/cases/pictures';
const read = (name: string) => readFileSync(join(FOLDER, name));

let sides: Sides;
beforeAll(async () => {
  sides = await openSides();
});
afterAll(() => sides?.close());

function largestDifference(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at])), 0);
}

const withAlpha = (rgb: Uint8Array) =>
  Uint8Array.from({ length: (rgb.length / 3) * 4 }, (_, at) =>
    at % 4 === 3 ? 255 : rgb[(at >> 2) * 3 + (at % 4)],
  );

/** @returns what both say, or both refuse with */
async function alike(file: Uint8Array, within = 1) {
  const [page, command] = [await sides.page(file), await sides.command(file)];
  if (page.refusal !== null || command.refusal !== null) {
    expect(page).toEqual(command);
    return { refusal: page.refusal, notices: [], pixels: new Uint8Array() };
  }
  expect(page.notices).toEqual(command.notices);
  expect(largestDifference(page.pixels, command.pixels)).toBeLessThanOrEqual(within);
  return { refusal: null, notices: page.notices, pixels: command.pixels };
}

describe('PNG', () => {
  const depths: [colourType: number, depths: number[]][] = [
    [0, [1, 2, 4, 8, 16]],
    [2, [8, 16]],
    [3, [1, 2, 4, 8]],
    [4, [8, 16]],
    [6, [8, 16]],
  ];
  const kinds = depths.flatMap(([colourType, list]) => list.map((depth) => [colourType, depth]));

  test.each(kinds)(
    'of colour type %i with %i bits: interlaced or not, the same picture',
    async (colourType, depth) => {
      const plain = await alike(makePng({ colourType, depth }));
      const interlaced = await alike(makePng({ colourType, depth, interlaced: true }));
      expect(plain.refusal).toBeNull();
      expect(interlaced.pixels).toEqual(plain.pixels);
      // Not all of one colour.
      expect(new Set(plain.pixels).size).toBeGreaterThan(1);
    },
  );

  const P3 = numbers(31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000);
  const cases: [name: string, options: PngOptions, notices: string[]][] = [
    ['a transparent grey', { colourType: 0, clear: Buffer.from([0, 0]) }, ['transparent parts']],
    [
      'a transparent grey of 2 bits',
      { colourType: 0, depth: 2, clear: Buffer.from([0, 1]) },
      ['transparent parts'],
    ],
    [
      'a transparent grey of 16 bits',
      { colourType: 0, depth: 16, clear: Buffer.alloc(2) },
      ['transparent parts'],
    ],
    ['a transparent colour', { clear: Buffer.from([0, 0, 0, 68, 0, 136]) }, ['transparent parts']],
    ['a palette with alphas', { colourType: 3, clear: Buffer.from([0, 99]) }, ['transparent parts']],
    ['more alphas than colours', { colourType: 3, depth: 1, clear: Buffer.alloc(9) }, ['transparent parts']],
    ['a palette beside RGB', { palette: PALETTE }, []],
    ['a palette that is too short', { colourType: 3, palette: PALETTE.subarray(0, 60) }, []],
    ['pixels in many chunks', { pieces: 9 }, []],
    ['a panorama of 30,000 pixels', { width: 30000, height: 24, colourType: 0 }, []],
    ['bytes behind the end', { after: [chunk('tEXt', Buffer.from('a\0b'))] }, []],
    ['a wrong checksum of the pixels', { wrong: 'IDAT' }, ['A checksum in the file is wrong (IDAT)']],
    ['a wrong checksum of the header', { wrong: 'IHDR' }, ['A checksum in the file is wrong (IHDR)']],
    ['a wrong checksum of alphas', { clear: Buffer.alloc(6), wrong: 'tRNS' }, ['is wrong (tRNS)']],
    [
      'a wrong checksum of a comment',
      { chunks: [chunk('tEXt', Buffer.from('a\0b'), 7)] },
      ['is wrong (tEXt)'],
    ],
    ['a wrong checksum of the gamma', { chunks: [chunk('gAMA', numbers(1e5), 7)] }, ['is wrong (gAMA)']],
    ['no checksum behind the pixels', { compressed: (data) => data.subarray(0, -4) }, []],
    ['more pixels than there are', { raw: (raw) => Buffer.concat([raw, raw]) }, []],
    ['gamma 1/2.2 alone: how old programs said sRGB', { chunks: [gamma(45455)] }, []],
    ['gamma 1', { chunks: [gamma(100000)] }, ['as its gAMA chunk says']],
    ['gamma 1 of 16 bits', { depth: 16, chunks: [gamma(100000)] }, ['as its gAMA chunk says']],
    ['gamma 1 of a palette', { colourType: 3, chunks: [gamma(100000)] }, ['as its gAMA chunk says']],
    ['gamma 1 of grey', { colourType: 0, chunks: [gamma(100000)] }, ['as its gAMA chunk says']],
    ['gamma 0', { chunks: [gamma(0)] }, []],
    ['gamma beside sRGB', { chunks: [gamma(100000), chunk('sRGB', Buffer.alloc(1))] }, []],
    [
      'gamma and primaries',
      { chunks: [gamma(45455), chunk('cHRM', P3)] },
      ['as its gAMA and cHRM chunks say'],
    ],
    ['primaries alone', { chunks: [chunk('cHRM', P3)] }, []],
    ['primaries that are none', { chunks: [gamma(45455), chunk('cHRM', Buffer.alloc(32))] }, []],
    ['cICP, P3', { chunks: [chunk('cICP', Buffer.from([12, 13, 0, 1]))] }, ['as its cICP chunk says']],
    ['cICP, BT.709', { chunks: [chunk('cICP', Buffer.from([1, 1, 0, 1]))] }, ['as its cICP chunk says']],
    [
      'cICP, sRGB, beside another gamma',
      { chunks: [chunk('cICP', Buffer.from([1, 13, 0, 1])), gamma(1e5)] },
      [],
    ],
    ['cICP, unknown', { chunks: [chunk('cICP', Buffer.from([99, 13, 0, 1]))] }, []],
    ['a profile that is none', { chunks: [profile(Buffer.from('nonsense'.repeat(40)))] }, ['cannot be read']],
    [
      'a profile that does not inflate',
      { chunks: [chunk('iCCP', Buffer.from('a\0\0zzzz'))] },
      ['cannot be read'],
    ],
    ['an animation', { chunks: [chunk('acTL', numbers(3, 0))] }, ['its first frame is used']],
    ['a pixel', { width: 1, height: 1 }, []],
    ['a row', { width: 30, height: 1 }, []],
    ['a column', { width: 1, height: 30, interlaced: true }, []],
    ['EXIF data behind the pixels', { after: [chunk('eXIf', exif(6))] }, ['turned as its EXIF data say']],
    [
      'EXIF data with a header',
      { chunks: [chunk('eXIf', exif(6, 'Exif\0\0'))] },
      ['turned as its EXIF data say'],
    ],
    ['EXIF data without sense', { chunks: [chunk('eXIf', exif(9))] }, []],
  ];
  test.each(cases)('%s', async (_, options, notices) => {
    const opened = await alike(makePng(options));
    expect(opened.refusal).toBeNull();
    expect(opened.notices).toEqual(notices.map((notice) => expect.stringContaining(notice)));
  });

  test('the transparent parts of a linear picture are within 6 levels: a canvas keeps colour times alpha', async () => {
    await alike(makePng({ colourType: 6, chunks: [gamma(100000)] }), 6);
  });

  test('gamma 1 is what the formula gives, and the case of a grey of 40', async () => {
    const file = readFileSync('tests/cases/png-gamma-differs/gama.png');
    const { pixels } = await alike(file);
    expect([...pixels.subarray(0, 4)]).toEqual([229, 110, 110, 255]);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('orientation %i', async (orientation) => {
    const upright = makePng({ width: 32 });
    const { pixels } = await alike(makePng({ width: 32, chunks: [chunk('eXIf', exif(orientation))] }));
    // Pillow turned a JPEG in the same way; here each pixel is looked up by the definition.
    const stored = await alike(upright);
    expect(pixels.length).toBe(stored.pixels.length);
    const at = (x: number, y: number) => {
      const m = 23;
      const from = [
        [x, y],
        [m - x, y],
        [m - x, m - y],
        [x, m - y],
        [y, x],
        [y, m - x],
        [m - y, m - x],
        [m - y, x],
      ][orientation - 1];
      return 4 * (from[1] * 24 + from[0]);
    };
    for (let y = 0; y < 24; y++) {
      for (let x = 0; x < 24; x++) {
        const [a, b] = [4 * (24 * y + x), at(x, y)];
        expect([...pixels.subarray(a, a + 4)]).toEqual([...stored.pixels.subarray(b, b + 4)]);
      }
    }
  });

  const flipped = (data: Buffer) => {
    const changed = Buffer.from(data);
    changed[data.length >> 1] ^= 0x10;
    return changed;
  };
  test.each<[string, Buffer, string]>([
    ['pixels that were changed', makePng({ compressed: flipped, wrong: 'IDAT' }), 'damaged'],
    ['a wrong checksum of the palette', makePng({ colourType: 3, wrong: 'PLTE' }), 'damaged'],
    ['no palette', makePng({ colourType: 3, palette: Buffer.alloc(0) }), 'damaged'],
    [
      'pixels that end early',
      makePng({ compressed: (data) => data.subarray(0, data.length >> 1) }),
      'damaged',
    ],
    ['too few pixels', makePng({ raw: (raw) => raw.subarray(0, -40) }), 'damaged'],
    ['a huge size with tiny data', makePng({ header: { width: 16000, height: 7000 } }), 'damaged'],
    ['a size beyond all bounds', makePng({ header: { width: 60000, height: 60000 } }), 'too large'],
    ['a panorama beyond what browsers draw', makePng({ header: { width: 32768, height: 1 } }), 'too large'],
    ["Apple's own form", appleForm(makePng()), "Apple's own form (CgBI)"],
    ['no size', makePng({ header: { width: 0 } }), 'no pixels'],
    ['a depth that does not exist', makePng({ header: { depth: 3 } }), 'damaged'],
    ['PQ', makePng({ chunks: [chunk('cICP', Buffer.from([9, 16, 0, 1]))] }), 'HDR picture (PQ)'],
    ['HLG', makePng({ chunks: [chunk('cICP', Buffer.from([9, 18, 0, 1]))] }), 'HDR picture (HLG)'],
    ['half of a file', makePng().subarray(0, makePng().length >> 1), 'cut short'],
    ['a header alone', makePng().subarray(0, 33), 'cut short'],
    ['a signature alone', makePng().subarray(0, 8), 'cut short'],
  ])('refused by both: %s', async (_, file, message) => {
    expect((await alike(file)).refusal).toContain(message);
  });

  test('a file that lacks only its end opens, wherever behind the pixels it was cut', async () => {
    const file = makePng();
    const whole = await alike(file);
    // IEND is 12 bytes, the pixels' checksums 4 and 4.
    for (const missing of [4, 6, 12, 14, 16, 20]) {
      const { notices, pixels } = await alike(file.subarray(0, -missing));
      // The name of the end is enough of it.
      expect(notices).toEqual(
        missing === 4 ? [] : ['The end of the file is missing, but the picture is all there.'],
      );
      expect(pixels).toEqual(whole.pixels);
    }
    expect((await alike(file.subarray(0, -40))).refusal).toContain('% of the picture is there');
  });
});

/** As Apple's tools write it for devices: a chunk before the header. */
const appleForm = (file: Buffer) =>
  Buffer.concat([file.subarray(0, 8), chunk('CgBI', Buffer.from([0x50, 0, 0x20, 6])), file.subarray(8)]);

describe('JPEG and WebP', () => {
  const CONVERTED: Record<string, string[]> = {
    'p3.jpg': ['converted from Test P3 to sRGB'],
    'p3.webp': ['converted from Test P3 to sRGB'],
    'prophoto.jpg': ['converted from Test ProPhoto to sRGB'],
    'adobe.jpg': ['converted from Test Adobe RGB to sRGB'],
    'table.jpg': ['converted from Test table to sRGB'],
    'grey-profile.jpg': ['converted from Test grey 1.8 to sRGB'],
    'cmyk-profile.jpg': ['converted from CMYK (Test inks) to sRGB'],
    'animated.webp': ['its first frame is used'],
    'alpha.webp': ['transparent parts'],
    'turned-3.webp': ['turned as its EXIF data say'],
    'turned-6.webp': ['turned as its EXIF data say'],
  };
  /** Levels between these and Pillow, where more than rounding lies between them. */
  const FROM_PILLOW: Record<string, number> = {};
  const files = readdirSync(FOLDER).filter((name) => /\.(jpg|webp)$/.test(name));

  test.each(files)('%s is as Pillow has it', async (name) => {
    const opened = await alike(read(name));
    expect(opened.refusal).toBeNull();
    const isCmyk = /cmyk|ycck/.test(name) && !name.includes('profile');
    const expected = isCmyk ? ['CMYK picture without a colour profile'] : (CONVERTED[name] ?? []);
    expect(opened.notices).toEqual(expected.map((notice) => expect.stringContaining(notice)));
    const judge = withAlpha(read(`${name}.rgb`));
    expect(largestDifference(opened.pixels, judge)).toBeLessThanOrEqual(FROM_PILLOW[name] ?? 2);
  });

  test.each([
    '444.jpg',
    '420-odd.jpg',
    'progressive.jpg',
    'restarts.jpg',
    'grey-progressive.jpg',
    'cmyk-progressive.jpg',
  ])(
    '%s opens without its end marker, and with anything behind it; a part of it is refused',
    async (name) => {
      const file = read(name);
      const whole = await alike(file);
      const endless = await alike(file.subarray(0, -2));
      expect(endless.notices[0]).toBe('The end of the file is missing, but the picture is all there.');
      expect(endless.pixels).toEqual(whole.pixels);
      expect((await alike(file.subarray(0, -1))).pixels).toEqual(whole.pixels);
      const followed = await alike(Buffer.concat([file, Buffer.from('a film'), file.subarray(0, 99)]));
      expect(followed).toEqual(whole);
      const start = file.indexOf(Buffer.from([0xff, 0xda]));
      for (const share of [0.1, 0.5, 0.9]) {
        const cut = file.subarray(0, start + 20 + Math.floor(share * (file.length - start - 30)));
        expect((await alike(cut)).refusal).toContain('cut short');
        // As programs do that put an end behind what they have.
        const ended = await alike(Buffer.concat([cut, Buffer.from([0xff, 0xd9])]));
        if (!name.includes('progressive')) expect(ended.refusal).toContain('cut short');
      }
    },
  );

  test.each(['progressive.jpg', 'grey-progressive.jpg', 'cmyk-progressive.jpg'])(
    '%s with its last scans missing is as coarse on both sides, and that is said',
    async (name) => {
      const file = read(name);
      const scans = [...file.keys()].filter((at) => file[at] === 0xff && file[at + 1] === 0xda);
      for (const scan of scans.slice(1)) {
        const ended = await alike(Buffer.concat([file.subarray(0, scan), Buffer.from([0xff, 0xd9])]));
        if (ended.refusal === null) expect(ended.notices[0]).toContain('lacks some of the scans');
        else expect(ended.refusal).toContain('cut short');
      }
      const last = scans[scans.length - 1];
      const ended = await alike(Buffer.concat([file.subarray(0, last), Buffer.from([0xff, 0xd9])]), 0);
      expect(ended.refusal).toBeNull();
    },
  );

  test.each([
    [0xc9, 'a JPEG with arithmetic coding'],
    [0xc3, 'a lossless JPEG'],
  ])('process %i is named', async (marker, words) => {
    const file = Buffer.from(read('444.jpg'));
    file[file.indexOf(Buffer.from([0xff, 0xc0])) + 1] = marker;
    expect((await alike(file)).refusal).toBe(`This is ${words}, which is not read here.`);
  });

  test('12 bits a sample are named, and a size that the data cannot hold is not believed', async () => {
    const file = Buffer.from(read('444.jpg'));
    const frame = file.indexOf(Buffer.from([0xff, 0xc0]));
    file[frame + 4] = 12;
    expect((await alike(file)).refusal).toContain('a JPEG of 12 bits a sample');
    file[frame + 4] = 8;
    file.writeUInt16BE(16000, frame + 5);
    file.writeUInt16BE(7000, frame + 7);
    expect((await alike(file)).refusal).toContain('cut short');
  });

  test('a WebP that ends early', async () => {
    for (const name of ['lossy.webp', 'lossless.webp', 'animated.webp']) {
      const file = read(name);
      expect((await alike(file.subarray(0, file.length >> 2))).refusal).toContain('cut short');
    }
    const animated = read('animated.webp');
    const { notices } = await alike(animated.subarray(0, animated.length - 30));
    expect(notices).toEqual([
      'The file ends before its animation does.',
      'The picture is animated: its first frame is used.',
    ]);
  });
});

test('kinds that the command does not read are named by it, and by the page where its browser does not', async () => {
  const bytes = (text: string) => Buffer.from(text, 'latin1');
  const kinds: [string, Buffer][] = [
    ['a HEIC photograph', bytes('\0\0\0\x18ftypheic\0\0\0\0mif1heic')],
    ['a JPEG XL picture', bytes('\xff\x0a\xfa\x7f\x01\x90')],
    ['a TIFF picture', bytes('II*\0\x08\0\0\0\0\0')],
    ['a Photoshop document', bytes('8BPS\0\x01')],
  ];
  for (const [what, file] of kinds) {
    expect(await sides.command(file)).toMatchObject({
      refusal: `This is ${what}, which the command line does not read.`,
      advice: 'Save it as JPEG or PNG and choose it again.',
    });
    expect(await sides.page(file)).toMatchObject({
      refusal: `This is ${what}, which this browser cannot open.`,
    });
  }
  for (const file of [bytes('<!-- a drawing --><!DOCTYPE svg><svg xmlns="http://www.w3.org/2000/svg"/>')]) {
    expect((await alike(file)).refusal).toBe('This is an SVG drawing, not a picture made of pixels.');
  }
  expect((await alike(bytes('a text'))).refusal).toBe('This file is a text, not a picture.');
});
