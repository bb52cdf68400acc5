/** The pictures of recordings as a real browser writes and reads them. */
import { expect, test } from 'vitest';
import { changeToPlanes, pictureToPlanes, planesToPicture } from '@/formats/recording/planes';
import { decodePicture } from '@/session/recording/decode';
import { encodePicture } from '@/session/recording/encode';

const SIZE = 32;

/** A change that swings between -40 and 40 levels in its upper half, and is none in its lower. */
const change = Float32Array.from({ length: 3 * SIZE * SIZE }, (_, at) =>
  at % (SIZE * SIZE) < (SIZE * SIZE) / 2 ? 40 * Math.sin(at / 9) : 0,
);
const planes = changeToPlanes(change, 40);
const picture = { width: SIZE, height: 3 * SIZE, data: planesToPicture(planes) };

test('a change comes back as a WebP keeps grey: nearly, and no change as none', async () => {
  const bytes = await encodePicture(picture, 0.9);
  expect(new TextDecoder().decode(bytes.subarray(8, 12))).toBe('WEBP');
  expect(bytes.length).toBeLessThan(planes.length);
  const back = pictureToPlanes((await decodePicture(bytes, SIZE, 3 * SIZE)).data);
  const off = back.map((value, at) => Math.abs(value - planes[at]));
  expect(Math.max(...off)).toBeLessThan(16);
  // Blocks of 16 pixels that hold nothing but zeros.
  const rows = back.subarray(SIZE * 24, SIZE * SIZE);
  expect([...new Set(rows)]).toEqual([128]);
});

test('a picture is read exactly as it is kept', async () => {
  const canvas = new OffscreenCanvas(SIZE, 3 * SIZE);
  canvas.getContext('2d')?.putImageData(new ImageData(picture.data, SIZE, 3 * SIZE), 0, 0);
  const png = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
  expect((await decodePicture(png, SIZE, 3 * SIZE)).data).toEqual(picture.data);
});

test('a picture of another size, or none, is refused before it is decoded', async () => {
  const bytes = await encodePicture(picture, 0.9);
  await expect(decodePicture(bytes, SIZE, SIZE)).rejects.toThrow('32 x 96 pixels instead of 32 x 32');
  await expect(decodePicture(new Uint8Array(20), SIZE, SIZE)).rejects.toMatchObject({ code: 'bad-file' });
  // Its header says the right size, the rest is not there.
  await expect(decodePicture(bytes.slice(0, 40), SIZE, 3 * SIZE)).rejects.toMatchObject({ code: 'bad-file' });
});
