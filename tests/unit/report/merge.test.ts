import { expect, test } from 'vitest';
import { omissions } from '../../../src/report/document';
import { mergeRows } from '../../../src/report/merge';
import { document, measures, row, run } from './rows';

const own = () => measures({ row: 1, col: 1 }, 1);
const rows = ['a.png', 'b.png', 'c.png', 'd.png'].flatMap((name) => [
  row(name, own()),
  row(name, own(), { size: 64 }),
]);

test('shards merge into what one run gives, whatever their order', () => {
  const whole = mergeRows([rows]);
  const even = rows.filter((_, at) => at % 3 === 0);
  const odd = rows.filter((_, at) => at % 3 !== 0).reverse();
  expect(mergeRows([odd, even])).toEqual(whole);
  expect(mergeRows([even, odd])).toEqual(whole);
  expect(whole.map(({ size, picture }) => `${size} ${picture.name}`).slice(2, 6)).toEqual([
    '64 c.png',
    '64 d.png',
    '128 a.png',
    '128 b.png',
  ]);
});

test('a measurement that is there twice is refused, and named', () => {
  expect(() => mergeRows([rows, [rows[0]]])).toThrow('"a.png" with model at 128 pixels is there twice.');
});

test('the same picture under two names is refused', () => {
  const copy = row('copy.png', own(), { picture: { name: 'copy.png', sha256: rows[0].picture.sha256 } });
  expect(() => mergeRows([rows, [copy]])).toThrow('is there twice');
});

test.each([
  ['versions of the instrument', { version: '2.0.0' }],
  ['backends', { backend: 'webgpu' }],
  ['radii', { radius: 5 }],
  ['choices of --mechanism', { mechanism: true }],
  ['Two different files are called model', { model: { ...rows[0].model, sha256: 'other' } }],
  ['two different configurations', { model: { ...rows[0].model, configSha256: 'other' } }],
  ['two different cells were named', { named: { row: 2, col: 2 } }],
])('rows do not merge over %s', (message, changed) => {
  expect(() => mergeRows([rows, [row('e.png', own(), changed)]])).toThrow(message);
});

test('two pictures of one name are refused', () => {
  const other = row('a.png', own(), { size: 32, picture: { name: 'a.png', sha256: 'other' } });
  expect(() => mergeRows([rows, [other]])).toThrow('Two different pictures are called "a.png".');
});

test('shards that are not there, and rows that a stopped run lacks, are told', () => {
  const shard = (index: number) => run({ shard: { index, count: 3 }, units: 4 });
  const said = omissions(document(rows.slice(0, 7), [shard(1), shard(3), shard(3)]));
  expect(said).toContain('7 of 8 measurements are here: a run was stopped or is not finished.');
  expect(said).toContain('Not here: shard 2 of 3.');
  expect(omissions(document(rows)).join()).not.toContain('Not here');
});
