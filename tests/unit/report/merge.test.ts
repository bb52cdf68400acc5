import { describe, expect, test } from 'vitest';
import { omissions } from '@/report/document';
import { withEmptyFar } from '@/report/emptyFar';
import { mergeRows } from '@/report/merge';
import { missing } from '@/report/missing';
import { settleRows } from '@/report/settle';
import { document, heal, measures, row, run } from './rows';

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
  ['different numerics versions', { numerics: 2 }],
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

test('what failed in one shard and succeeded in another counts as it succeeded, whatever their order', () => {
  const [good] = rows;
  const failed = row('a.png', null);
  for (const shards of [
    [[failed], rows],
    [rows, [failed]],
  ]) {
    const merged = mergeRows(shards);
    expect(merged).toHaveLength(rows.length);
    expect(merged.filter(({ failure }) => failure !== null)).toEqual([]);
    expect(merged).toContainEqual(good);
  }
});

test('what is there already stays, counts once where a shard holds it again, and is refused with other numbers', () => {
  const there = [rows[0], row('z.png', own())];
  expect(mergeRows([rows], there)).toHaveLength(rows.length + 1);
  const other = row('a.png', measures({ row: 9, col: 9 }, 2));
  expect(() => mergeRows([[other]], there)).toThrow('is there twice');
});

describe('of rows measured more than once', () => {
  const [good] = rows;
  const failed = (why: string, sha256 = 'hash of a.png') =>
    row('a.png', null, { failure: why, picture: { name: 'a.png', sha256 } });

  test('the newest that succeeded counts, else the newest that failed', () => {
    expect(settleRows([failed('first'), failed('second')])).toEqual([failed('second')]);
    expect(settleRows([failed('first'), good])).toEqual([good]);
    expect(settleRows([good, failed('later')])).toEqual([good]);
  });

  test('a file that was replaced is not reported as failed', () => {
    expect(settleRows([failed('before', 'other content'), good])).toEqual([good]);
    expect(settleRows([failed('before', 'other content'), failed('now')])).toEqual([failed('now')]);
    const model = { id: 'model', sha256: 'broken', configSha256: 'hash of config' };
    expect(settleRows([row('z.png', null, { model }), good])).toEqual([good]);
  });
});

test('a row of the first format has nothing, not 0, where the radius covers the picture', () => {
  // 16 x 16 cells, radius 8: from (7, 7) no pixel is farther, from (1, 1) some are.
  const old = row('a.png', measures({ row: 7, col: 7 }, 0, { named: heal({ row: 1, col: 1 }, 3, 1) }), {
    radius: 8,
  });
  const { strongest, named } = withEmptyFar(old).measures!;
  expect([strongest.norm.heal.farRms, strongest.influence.heal.ratio, named?.farRms]).toEqual([
    null,
    null,
    3,
  ]);
  const far = row('a.png', measures({ row: 7, col: 7 }, 5));
  expect(withEmptyFar(far)).toEqual(far);
});

describe('what is missing', () => {
  const pictures = ['a.png', 'b.png', 'c.png', 'd.png'].map((name) => ({ name, sha256: `hash of ${name}` }));
  const asking = (sizes: number[], index = 1, count = 1) =>
    run({ asked: { pictures, sizes }, shard: { index, count }, units: 4 });
  const other = { ...run().models[0], id: 'other', sha256: 'hash of other' };

  test('is the sum over all that was asked for, by picture, model and size', () => {
    // The second run asks for another model and one size more than the first; a third goes on with the first.
    const runs = [asking([64]), { ...asking([64, 128]), models: [other] }, asking([64])];
    const there = rows.filter(({ size }) => size === 64).slice(1);
    const said = omissions(document(there, runs));
    expect(said[0]).toBe('3 of 12 measurements are here.');
    expect(said).toContain('model at 64 pixels: a.png. A run was stopped or is not finished.');
    expect(said).toContain(
      'other at 128 pixels: a.png, b.png, c.png, d.png. A run was stopped or is not finished.',
    );
    expect(missing(document(there, runs))).toHaveLength(9);
    expect(omissions(document(rows, [asking([64, 128])]))).toEqual([
      'The path by which changes travel (mechanism) was not measured.',
    ]);
  });

  test('counts a picture once that was asked for under two names, and calls it by the newer', () => {
    const renamed = pictures.map(({ name, sha256 }) => ({ name: `folder/${name}`, sha256 }));
    const runs = [asking([64]), run({ asked: { pictures: renamed, sizes: [64] }, units: 4 })];
    const said = omissions(document(rows.filter(({ size }) => size === 64).slice(1), runs));
    expect(said.slice(0, 2)).toEqual([
      '3 of 4 measurements are here.',
      'model at 64 pixels: folder/a.png. A run was stopped or is not finished.',
    ]);
  });

  test('of a shard that is not here is told apart from what a stopped run lacks', () => {
    // Units alternate between the two shards.
    const said = missing(document(rows.slice(1, 2), [asking([64], 1, 2)])).map(({ picture, why }) => [
      picture,
      why,
    ]);
    expect(said).toEqual([
      ['b.png', 'Shard 2 of 2 is not here.'],
      ['c.png', 'A run was stopped or is not finished.'],
      ['d.png', 'Shard 2 of 2 is not here.'],
    ]);
  });

  test('names what failed, with the reason', () => {
    const all = document([row('a.png', null), row('b.png', own())]);
    expect(missing(all)).toEqual([
      { picture: 'a.png', model: 'model', size: 128, why: 'This picture is damaged and cannot be decoded.' },
    ]);
    expect(omissions(all)).toContain(
      'model at 128 pixels: a.png. This picture is damaged and cannot be decoded.',
    );
  });

  test('of runs that do not say what they were asked for is at least the largest of each model', () => {
    const old = [run({ units: 4 }), run({ units: 4, models: [other] }), run({ units: 8 })];
    expect(omissions(document(rows.slice(0, 5), old))[0]).toBe(
      '5 of 12 measurements are here: a run was stopped or is not finished.',
    );
  });
});
