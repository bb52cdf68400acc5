import { expect, test } from 'vitest';
import { distinctNames } from '@/cli/names';

const named = (...files: [path: string, name: string][]) =>
  distinctNames(files.map(([path, name]) => ({ path, name }))).map(({ name }) => name);

test('files of one name are told apart by as few of their folders as do it; others keep their names', () => {
  expect(named(['/d/A/1.png', '1.png'], ['/d/B/1.png', '1.png'], ['/d/A/2.png', '2.png'])).toEqual([
    'A/1.png',
    'B/1.png',
    '2.png',
  ]);
  expect(named(['/d/x/A/1.png', '1.png'], ['/d/y/A/1.png', '1.png'])).toEqual(['x/A/1.png', 'y/A/1.png']);
});

test('files of folders keep their place in them', () => {
  expect(named(['/d/A/s/1.png', 's/1.png'], ['/d/B/s/1.png', 's/1.png'])).toEqual(['A/s/1.png', 'B/s/1.png']);
});

test('a longer name that is another file’s is made longer still', () => {
  expect(named(['/d/A/1.png', '1.png'], ['/d/B/1.png', '1.png'], ['/e/A/1.png', 'A/1.png'])).toEqual([
    'd/A/1.png',
    'B/1.png',
    'e/A/1.png',
  ]);
});

test('a file that was given twice is one file', () => {
  expect(named(['/d/A/1.png', '1.png'], ['/d/A/1.png', '1.png'])).toEqual(['1.png']);
});
