import { expect, test } from 'vitest';
import {
  averageBlocks,
  cropPicture,
  modulo,
  pictureLevels,
  type Rgba,
  rollPicture,
  toPixels,
  toPlanes,
} from '@/latent/pixels';
import { generator, randomLevels } from '../measures/cases';

/** Each pixel says where it was: red its row, green its column. */
function mapped(width: number, height: number): Rgba {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let at = 0; at < width * height; at++) data.set([Math.floor(at / width), at % width, 7, 255], 4 * at);
  return { width, height, data };
}

const pixel = ({ width, data }: Rgba, y: number, x: number) => [
  ...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 2),
];

test('pixels become planes in [-1, 1] and levels of 255, without alpha', () => {
  const picture = { width: 1, height: 2, data: Uint8ClampedArray.of(0, 255, 51, 9, 102, 1, 2, 0) };
  const planes = [-1, 1, -0.6, -0.2, 1 / 127.5 - 1, 2 / 127.5 - 1];
  for (const [at, value] of toPlanes(picture).entries()) expect(value).toBeCloseTo(planes[at], 6);
  expect([...pictureLevels(picture).data]).toEqual([0, 255, 51, 102, 1, 2]);
  expect([...toPixels(pictureLevels(picture)).data]).toEqual([0, 255, 51, 255, 102, 1, 2, 255]);
  expect(() => toPlanes({ ...picture, height: 3 })).toThrow('8 bytes are not 1 x 3');
});

test('a rolled picture comes in again at the other side, and rolling back undoes it', () => {
  const picture = mapped(5, 3);
  const rolled = rollPicture(picture, 1, -2);
  for (let y = 0; y < 3; y++)
    for (let x = 0; x < 5; x++) expect(pixel(rolled, (y + 1) % 3, (x + 3) % 5)).toEqual([y, x]);
  expect(rollPicture(rolled, -1, 2)).toEqual(picture);
  expect(rollPicture(picture, 30, -25)).toEqual(picture);
  expect(modulo(-1, 5)).toBe(4);
});

test('a crop holds the pixels of its rectangle', () => {
  const cropped = cropPicture(mapped(6, 5), { x: 2, y: 1, width: 3, height: 4 });
  expect([cropped.width, cropped.height]).toEqual([3, 4]);
  for (let y = 0; y < 4; y++)
    for (let x = 0; x < 3; x++) expect(pixel(cropped, y, x)).toEqual([y + 1, x + 2]);
});

test('the mean of a block is that of its pixels, colour by colour', () => {
  const levels = randomLevels(generator(3), 6, 4);
  const { width, height, data } = averageBlocks(levels, 2);
  expect([width, height]).toEqual([3, 2]);
  const at = (y: number, x: number, colour: number) => levels.data[3 * (y * 6 + x) + colour];
  for (let colour = 0; colour < 3; colour++) {
    const mean = (at(2, 4, colour) + at(2, 5, colour) + at(3, 4, colour) + at(3, 5, colour)) / 4;
    expect(data[3 * (1 * 3 + 2) + colour]).toBeCloseTo(mean, 4);
  }
});
