/** Tests of which files of a folder are pictures. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { encode } from 'fast-png';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findPictures } from '@/cli/files';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pictures-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const png = (value: number) => encode({ width: 1, height: 1, channels: 1, data: Uint8Array.of(value) });
const HEIC = Uint8Array.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', (letter) => letter.charCodeAt(0));

function put(name: string, content: string | Uint8Array): void {
  const path = join(folder, ...name.split('/'));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

const names = (list: readonly { name: string }[]) => list.map(({ name }) => name);

test('pictures are told by their bytes, and those of other kinds are named', async () => {
  put('a.png', png(1));
  put('deep/er/photo', png(2)); // no extension
  put('deep/b.jpg_large', png(3)); // an odd one
  put('c.webp', png(4)); // a wrong one
  put('d.jpg', 'an error page'); // what it is meant to be
  put('phone/e.HEIC', HEIC);
  put('f.jpg', HEIC);
  put('g.svg', '<!-- a drawing --><svg/>');
  put('h.tga', 'no signature');
  put('i.heic', '');
  put('notes.txt', 'no picture');
  put('labels.json', '{}');
  put('empty', '');
  put('.DS_Store', png(5));
  const { pictures, unread } = await findPictures([folder]);
  expect(names(pictures)).toEqual(['a.png', 'c.webp', 'd.jpg', 'deep/b.jpg_large', 'deep/er/photo']);
  expect(unread.map(({ name, why }) => [name, why]).sort()).toEqual([
    ['f.jpg', 'It is a HEIC photograph, which the command line does not read.'],
    ['g.svg', 'It is an SVG drawing, which the command line does not read.'],
    ['h.tga', 'It has the name of a picture, and nothing in it that the command line can read.'],
    ['i.heic', 'It has the name of a picture, and nothing in it that the command line can read.'],
    ['phone/e.HEIC', 'It is a HEIC photograph, which the command line does not read.'],
  ]);
});

test('a folder that cannot be read is named, and the others are read', async () => {
  put('good/a.png', png(1));
  put('closed/b.png', png(2));
  chmodSync(join(folder, 'closed'), 0o000);
  try {
    const { pictures, unread } = await findPictures([folder]);
    // An administrator reads everything.
    const isAllowed = process.getuid?.() === 0;
    expect(names(pictures)).toEqual(isAllowed ? ['closed/b.png', 'good/a.png'] : ['good/a.png']);
    expect(unread.map(({ name, why }) => [name, why])).toEqual(
      isAllowed ? [] : [['closed/', expect.stringContaining('cannot be read')]],
    );
  } finally {
    chmodSync(join(folder, 'closed'), 0o700);
  }
});

test('links to files are followed, links to folders are not: they may lead round in a circle', async () => {
  put('real/a.png', png(1));
  symlinkSync(join(folder, 'real', 'a.png'), join(folder, 'b.png'));
  symlinkSync(folder, join(folder, 'real', 'round'));
  symlinkSync(join(folder, 'nowhere'), join(folder, 'dangling.png'));
  const { pictures, copies } = await findPictures([folder]);
  expect(names(pictures)).toEqual(['b.png', 'dangling.png']);
  expect(pictures[1].sha256).toBeNull();
  expect(copies).toEqual([{ name: 'real/a.png', sameAs: 'b.png' }]);
});

test('where there is nothing to measure, what is there is named', async () => {
  put('a.txt', 'no picture');
  await expect(findPictures([folder])).rejects.toThrow(`There are no pictures in "${folder}".`);
  put('b.heic', HEIC);
  await expect(findPictures([folder])).rejects.toMatchObject({
    advice: expect.stringContaining('b.heic: It is a HEIC photograph'),
  });
  await expect(findPictures([join(folder, 'none')])).rejects.toThrow('There is no file or folder');
});

test('a pipe or a device is named, not waited for', async () => {
  await expect(findPictures(['/dev/null'])).rejects.toThrow('"/dev/null" is no file');
});
