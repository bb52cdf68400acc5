/** PNG files that are written without a canvas, read by another library. */
import { decode } from 'fast-png';
import { expect, test } from 'vitest';
import { enlarged } from '@/formats/picture/pixels';
import { encodePng } from '@/formats/picture/png';

const [width, height] = [7, 5];
const data = new Uint8ClampedArray(4 * width * height).map((_, at) => (at * 37) % 256);

test('a PNG holds the pixels that it was given, alpha included', async () => {
  const read = decode(await encodePng({ width, height, data }), { checkCrc: true });
  expect([read.width, read.height, read.channels, read.depth]).toEqual([width, height, 4, 8]);
  expect([...read.data]).toEqual([...data]);
});

test('each pixel becomes a block', () => {
  const large = enlarged({ width, height, data }, 3);
  expect([large.width, large.height]).toEqual([21, 15]);
  for (const [row, col] of [
    [0, 0],
    [4, 6],
    [2, 3],
  ]) {
    const own = [...data.subarray(4 * (row * width + col), 4 * (row * width + col) + 4)];
    for (const [y, x] of [
      [0, 0],
      [2, 2],
      [1, 2],
    ]) {
      const at = 4 * ((3 * row + y) * 21 + 3 * col + x);
      expect([...large.data.subarray(at, at + 4)]).toEqual(own);
    }
  }
});
