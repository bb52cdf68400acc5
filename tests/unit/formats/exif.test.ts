/** EXIF data in JPEG files: which of it says how a picture is turned. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { orientationOf } from '@/formats/picture/exif';
import { readJpeg } from '@/formats/picture/jpeg';

const FILE = new Uint8Array(readFileSync('tests/cases/cli-png-orientation/exif6.jpg'));

const letters = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

/** An APP1 segment. */
function segment(...parts: Uint8Array[]): Uint8Array {
  const data = parts.flatMap((part) => [...part]);
  const length = data.length + 2;
  return Uint8Array.from([0xff, 0xe1, length >> 8, length & 255, ...data]);
}

/** A TIFF structure whose directory, with nothing but the orientation, begins at `directory`. */
function tiff(orientation: number, directory = 8): Uint8Array {
  const bytes = new Uint8Array(directory + 18);
  const view = new DataView(bytes.buffer);
  bytes.set(letters('II*\0'));
  view.setUint32(4, directory, true);
  view.setUint16(directory, 1, true);
  view.setUint16(directory + 2, 0x112, true);
  view.setUint16(directory + 4, 3, true);
  view.setUint32(directory + 6, 1, true);
  view.setUint16(directory + 10, orientation, true);
  return bytes;
}

/** The picture with these segments in place of its own EXIF data. */
function withSegments(...segments: Uint8Array[]): Uint8Array {
  const { segments: own } = readJpeg(FILE);
  const exif = own.find(({ marker }) => marker === 0xe1)!;
  const parts = [FILE.subarray(0, exif.from), ...segments, FILE.subarray(exif.to)];
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

const turned = (...segments: Uint8Array[]) => orientationOf(readJpeg(withSegments(...segments)).exif);
const EXIF = letters('Exif\0\0');

test('EXIF data that are cut into several segments are read as one', () => {
  const long = tiff(6, 70_000);
  const cut = 65_000;
  expect(turned(segment(EXIF, long.subarray(0, cut)), segment(EXIF, long.subarray(cut)))).toBe(6);
  // A cut in the middle of the directory.
  const short = tiff(8);
  expect(turned(segment(EXIF, short.subarray(0, 13)), segment(EXIF, short.subarray(13)))).toBe(8);
});

test('of several the first counts, wherever other metadata lie', () => {
  const xmp = segment(letters('http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>'));
  expect(turned(segment(EXIF, tiff(3)), segment(EXIF, tiff(6)))).toBe(3);
  expect(turned(xmp, segment(EXIF, tiff(6)))).toBe(6);
  expect(turned(segment(EXIF, tiff(6)), xmp, segment(EXIF, tiff(3)))).toBe(6);
  expect(turned(xmp)).toBe(1);
});
