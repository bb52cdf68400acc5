/** Reading pictures in a real browser. */
import { expect, test } from 'vitest';
import { InspectorError } from '@/common/errors';
import { createPictureReader } from '@/session/pictures/pictures';
import type { StartingPicture } from '@/session/types';

type Paint = (x: number, y: number) => [number, number, number, number];

function paint(width: number, height: number, pixel: Paint): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d')!;
  const image = context.createImageData(width, height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) image.data.set(pixel(x, y), at);
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

const encoded = (canvas: OffscreenCanvas, type = 'image/png') =>
  canvas.convertToBlob({ type, quality: 0.95 });
const gradient: Paint = (x, y) => [x % 256, y % 256, (x * 3 + y) % 256, 255];
const read = createPictureReader([], location.href);

async function refusal(promise: Promise<unknown>): Promise<InspectorError> {
  const error = await promise.then(
    () => null,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(InspectorError);
  return error;
}

test('a picture that needs no resizing keeps its pixels, cropped in the middle', async () => {
  const file = new File([await encoded(paint(96, 64, gradient))], 'holiday.png');
  const source = await read(file);
  expect(source).toMatchObject({ id: null, title: 'holiday.png', alt: 'Your picture, holiday.png' });
  const { pixels, notices } = await source.fit(64);
  expect(notices).toEqual([]);
  let wrong = 0;
  for (let y = 0; y < 64; y++) {
    for (let x = 0; x < 64; x++) {
      const expected = gradient(x + 16, y);
      for (let k = 0; k < 4; k++) if (pixels.data[(y * 64 + x) * 4 + k] !== expected[k]) wrong += 1;
    }
  }
  expect(wrong).toBe(0);
  source.close();
});

test('a tall strip by strip picture is put together in order', async () => {
  // Wide enough that it takes many strips: each has few rows.
  const source = await read(await encoded(paint(2100, 2100, (_, y) => [Math.floor(y / 8.3), 0, 0, 255])));
  const { pixels } = await source.fit(256);
  for (let y = 0; y < 256; y++) {
    expect(
      Math.abs(pixels.data[(y * 256 + 100) * 4] - Math.floor(((y + 0.5) * 2100) / 256 / 8.3)),
    ).toBeLessThan(3);
  }
  source.close();
});

test('transparent parts are laid on white, small pictures enlarged, and both are said', async () => {
  const half = paint(40, 40, (x) => [0, 0, 200, x < 20 ? 0 : 255]);
  const { pixels, notices } = await (await read(await encoded(half))).fit(80);
  expect(notices).toEqual([
    'The picture has transparent parts: they are laid on white.',
    'The picture was enlarged from 40 to 80 pixels, so it has no fine detail.',
  ]);
  expect(Array.from(pixels.data.subarray((40 * 80 + 5) * 4, (40 * 80 + 5) * 4 + 4))).toEqual([
    255, 255, 255, 255,
  ]);
  expect(Array.from(pixels.data.subarray((40 * 80 + 70) * 4, (40 * 80 + 70) * 4 + 4))).toEqual([
    0, 0, 200, 255,
  ]);
});

test('a photograph is turned as its EXIF says', async () => {
  const jpeg = new Uint8Array(
    await (
      await encoded(
        paint(64, 64, (x) => (x < 32 ? [250, 0, 0, 255] : [0, 0, 250, 255])),
        'image/jpeg',
      )
    ).arrayBuffer(),
  );
  // Orientation 6: to be turned by 90 degrees clockwise, so what was left comes to the top.
  const exif = [
    ...[0xff, 0xe1, 0, 34, 0x45, 0x78, 0x69, 0x66, 0, 0],
    ...[0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0],
  ];
  const turned = new Blob([jpeg.slice(0, 2), Uint8Array.from(exif), jpeg.slice(2)]);
  const { pixels } = await (await read(turned)).fit(64);
  const top = pixels.data.subarray((8 * 64 + 32) * 4);
  const bottom = pixels.data.subarray((56 * 64 + 32) * 4);
  expect(top[0]).toBeGreaterThan(200);
  expect(bottom[2]).toBeGreaterThan(200);
});

test('a canvas, a bitmap and image data are pictures, too', async () => {
  const canvas = paint(64, 64, gradient);
  const bitmap = await createImageBitmap(canvas);
  for (const source of [canvas, bitmap, canvas.getContext('2d')!.getImageData(0, 0, 64, 64)]) {
    const { pixels } = await (await read(source)).fit(64);
    expect(Array.from(pixels.data.subarray(0, 4))).toEqual([0, 0, 0, 255]);
    expect(pixels.data[(63 * 64 + 10) * 4 + 1]).toBe(63);
  }
  expect(bitmap.width).toBe(64); // the caller's own is not closed
});

test('what is not a picture is refused in words', async () => {
  const bytes = (...values: number[]) => new Blob([Uint8Array.from(values)]);
  expect(await refusal(read(new Blob(['some text'])))).toMatchObject({
    code: 'bad-image',
    message: 'This file is a text, not a picture.',
  });
  expect((await refusal(read(new Blob([])))).message).toBe('This file is empty.');
  const box = [0, 0, 0, 24, ...Array.from('ftypheic', (c) => c.charCodeAt(0)), 0, 0, 0, 0];
  expect((await refusal(read(bytes(...box)))).message).toContain('HEIC');
  expect((await refusal(read(new Blob(['<svg xmlns="http://www.w3.org/2000/svg"/>'])))).message).toContain(
    'SVG',
  );
  const png = new Uint8Array(await (await encoded(paint(64, 64, gradient))).arrayBuffer());
  expect((await refusal(read(new Blob([png.slice(0, 30)])))).message).toContain('cut short');
  const huge = png.slice();
  new DataView(huge.buffer).setUint32(16, 60000);
  expect((await refusal(read(new Blob([huge])))).message).toContain('60000 x 64');
  expect((await refusal(read({} as ImageBitmapSource))).code).toBe('bad-image');
});

test('a file that is too long for a picture is refused before it is read', async () => {
  const checkpoint = new Blob(['x']);
  Object.defineProperty(checkpoint, 'size', { value: 4 * 2 ** 30 });
  checkpoint.arrayBuffer = () => Promise.reject(new Error('It was read.'));
  expect((await refusal(read(checkpoint))).message).toBe('This file is too large: 4096 MB.');
});

test('a photograph that ends too early is refused, and one that lacks only its end marker is not', async () => {
  const jpeg = await encoded(paint(256, 256, gradient), 'image/jpeg');
  const { message } = await refusal(read(jpeg.slice(0, jpeg.size / 2)));
  expect(message).toMatch(
    /^This picture is cut short: the file ends too early, and only \d\d % of the picture/,
  );
  const [whole, endless] = [await read(jpeg), await read(jpeg.slice(0, jpeg.size - 2))];
  const fitted = await endless.fit(256);
  expect(fitted.notices).toEqual(['The end of the file is missing, but the picture is all there.']);
  const { data } = (await whole.fit(256)).pixels;
  expect(fitted.pixels.data.every((value, at) => value === data[at])).toBe(true);
});

test('pictures come from addresses and by their id', async () => {
  const url = URL.createObjectURL(await encoded(paint(64, 64, gradient)));
  const chart: StartingPicture = {
    id: 'chart',
    file: url,
    thumbnail: url,
    title: 'Chart',
    alt: 'A chart',
    width: 64,
    height: 64,
    licence: 'CC0-1.0',
  };
  const known = createPictureReader([chart], location.href);
  expect(await known('chart')).toMatchObject({ id: 'chart', title: 'Chart', alt: 'A chart' });
  expect(await known(url)).toMatchObject({ id: null, title: 'Your picture' });
  const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
  const data = `data:image/png;base64,${btoa(String.fromCharCode(...bytes))}`;
  expect(await known(data)).toMatchObject({ id: null, title: 'Your picture', alt: 'Your picture' });
  expect((await refusal(known('http://localhost:1/none.png'))).code).toBe('network');
  const gone = new AbortController();
  gone.abort();
  await expect(known('chart', gone.signal)).rejects.toThrow();
});

test('the name of a picture is the last part of its address', async () => {
  const blob = await encoded(paint(64, 64, gradient));
  const { fetch } = globalThis;
  globalThis.fetch = async () => new Response(blob);
  try {
    expect((await read('photos/my%20cat.png')).title).toBe('my cat.png');
    expect((await read('photos/100%.png')).title).toBe('100%.png');
  } finally {
    globalThis.fetch = fetch;
  }
});

test('fitting a photograph of 12 megapixels leaves the page responsive, and can be given up', async () => {
  const canvas = new OffscreenCanvas(4000, 3000);
  canvas.getContext('2d')!.fillRect(500, 500, 2000, 1000);
  const source = await read(await encoded(canvas, 'image/jpeg'));
  /** The longest pause of the page while the picture is fitted, milliseconds. */
  const pause = async () => {
    let longest = 0;
    let last = performance.now();
    const watch = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 4);
    const { pixels } = await source.fit(512);
    clearInterval(watch);
    expect(pixels.data).toHaveLength(512 * 512 * 4);
    return longest;
  };
  // The aim is 50 ms. A pause of a busy machine is not one of the page's: that would come each time.
  const pauses = [await pause(), await pause(), await pause()];
  expect(Math.min(...pauses)).toBeLessThan(300);

  const controller = new AbortController();
  const fitting = source.fit(768, controller.signal);
  setTimeout(() => controller.abort(), 20);
  await expect(fitting).rejects.toMatchObject({ name: 'AbortError' });
  source.close();
});
