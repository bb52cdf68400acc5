/** Tests of what the command takes, and how pictures reach it without a browser. */
import { encode } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { mergeArguments, reportArguments } from '@/cli/arguments';
import { decodePicture } from '@/cli/decode';
import { fitPicture } from '@/cli/picture';
import { duration } from '@/cli/progress';

describe('arguments', () => {
  test('lists may have commas or be given several times, and sizes are sorted', () => {
    const { models, sizes, shard, spot } = reportArguments(
      'a b --model x,y --model z --size 512,256 --size 256 --out o --shard 2/8 --spot 1,12'.split(' '),
    );
    expect([models, sizes]).toEqual([
      ['x', 'y', 'z'],
      [256, 512],
    ]);
    expect([shard, spot]).toEqual([
      { index: 2, count: 8 },
      { row: 1, col: 12 },
    ]);
  });

  test.each([
    ['--model x --out o', 'No pictures were given'],
    ['a --out o', 'No model was given'],
    ['a --model x', '--out DIR is missing'],
    ['a --model x --out o --size 256px', '--size takes whole numbers from 1 to 4096, not "256px"'],
    ['a --model x --out o --shard 9/8', '--shard takes I/N'],
    ['a --model x --out o --shard 0/8', '--shard takes I/N'],
    ['a --model x --out o --backend cuda', '--backend takes wasm or webgpu, not "cuda"'],
    ['a --model x --out o --spot 1', '--spot takes a cell'],
    ['a --model x --out o --sizes 1', "'--sizes'"],
  ])('%s is refused with a sentence', (line, message) => {
    expect(() => reportArguments(line.split(' '))).toThrow(message);
  });

  test('merge takes folders', () => {
    expect(mergeArguments(['a', 'b', '--out', 'c'])).toEqual({ folders: ['a', 'b'], out: 'c' });
    expect(() => mergeArguments(['--out', 'c'])).toThrow('No folders were given');
  });
});

describe('pictures', () => {
  const open = async (png: Parameters<typeof encode>[0]) => [
    ...(await decodePicture(encode(png))).picture.data,
  ];

  test('PNGs of all kinds become RGBA', async () => {
    const size = { width: 2, height: 1 };
    const grey = new Uint8Array([0, 200]);
    expect(await open({ ...size, channels: 1, data: grey })).toEqual([0, 0, 0, 255, 200, 200, 200, 255]);
    const greyAlpha = new Uint8Array([10, 128, 20, 255]);
    expect(await open({ ...size, channels: 2, data: greyAlpha })).toEqual([10, 10, 10, 128, 20, 20, 20, 255]);
    const rgb = new Uint8Array([1, 2, 3, 4, 5, 6]);
    expect(await open({ ...size, channels: 3, data: rgb })).toEqual([1, 2, 3, 255, 4, 5, 6, 255]);
    // Of 16 bits the upper 8 are used, as in Chromium and Pillow.
    const wide = new Uint16Array([65535, 257, 0, 514, 128, 129]);
    expect(await open({ ...size, channels: 3, depth: 16, data: wide })).toEqual([
      255, 1, 0, 255, 2, 0, 0, 255,
    ]);
    const bits = new Uint8Array([0b0100_0000]);
    expect(await open({ ...size, channels: 1, depth: 1, data: bits })).toEqual([
      0, 0, 0, 255, 255, 255, 255, 255,
    ]);
  });

  test.each([
    ['empty', new Uint8Array()],
    ['not a picture', new TextEncoder().encode('hello, this is a text and no picture at all')],
    [
      'This is a GIF picture, which the command line does not read.',
      Uint8Array.from([...new TextEncoder().encode('GIF89a'), 2, 0, 2, 0, 0, 0, 0, 0x3b]),
    ],
  ])('a file is refused: %s', async (message, bytes) => {
    await expect(decodePicture(bytes)).rejects.toThrow(message);
  });

  test('a PNG that ends too early is said to be cut short', async () => {
    const data = Uint8Array.from({ length: 3000 }, (_, at) => (at * 7919) % 256);
    const whole = encode({ width: 100, height: 10, channels: 3, data });
    await expect(decodePicture(whole.slice(0, 0.6 * whole.length))).rejects.toThrow('cut short');
  });

  test('the middle square is cut out, and what was enlarged says so', () => {
    const data = new Uint8ClampedArray(4 * 6 * 2).fill(255);
    // A picture of 6 x 2: its middle square is columns 2 and 3.
    for (const column of [2, 3]) for (const line of [0, 1]) data.set([9, 9, 9, 255], 4 * (6 * line + column));
    const decoded = { picture: { width: 6, height: 2, data }, notices: ['It is so.'] };
    const same = fitPicture(decoded, 2);
    expect([...same.picture.data]).toEqual([9, 9, 9, 255, 9, 9, 9, 255, 9, 9, 9, 255, 9, 9, 9, 255]);
    expect([same.sourceSide, same.notices]).toEqual([2, ['It is so.']]);
    expect(fitPicture(decoded, 8).notices).toEqual([
      'It is so.',
      'The picture was enlarged from 2 to 8 pixels, so it has no fine detail.',
    ]);
  });
});

test('times are told in the unit that fits', () => {
  expect([500, 99_000, 125_000, 2 * 3600_000 + 65_000].map(duration)).toEqual([
    '1 s',
    '99 s',
    '3 min',
    '2 h 2 min',
  ]);
});
