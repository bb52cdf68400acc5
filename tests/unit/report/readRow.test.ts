/** Rows and runs from outside: each field is looked at, and what is refused is named, not used and not lost. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { readResults, replaceResults } from '@/cli/folder';
import { badLineWords } from '@/cli/lines';
import { readRow } from '@/report/readRow';
import { readRun } from '@/report/readRun';
import { command } from '../cli/command';

const FROZEN = fileURLToPath(new URL('../../cases/report-0.1.0', import.meta.url));
const linesOf = (folder: string, name: string) =>
  readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
const ROWS = linesOf(FROZEN, 'rows.jsonl').map((line) => JSON.parse(line));
const [RUN] = linesOf(FROZEN, 'runs.jsonl').map((line) => JSON.parse(line));
/** With a control, a mechanism and a named cell. */
const FULL = ROWS.find(({ size, named, measures }) => size === 128 && named && measures);
const KERNELS = { kernels: { name: 'wasm-simd', threads: 1, adapter: null }, numerics: 2 };

const folder = mkdtempSync(join(tmpdir(), 'latent-inspector-rows-'));
const at = (...path: string[]) => join(folder, ...path);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Path = readonly (string | number)[];
const pathOf = (path: Path) =>
  path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`))
    .join('')
    .slice(1);

/** Every place of a value, but what is in a model's configuration, which may be any. */
function placesOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries = Array.isArray(value)
    ? value.map((each, index) => [index, each] as const)
    : Object.entries(value);
  const own = path.length === 0 ? [] : [path];
  if (path.at(-1) === 'config') return own;
  return [...own, ...entries.flatMap(([key, each]) => placesOf(each, [...path, key]))];
}

function changed(
  value: object,
  path: Path,
  change: (holder: Record<string | number, unknown>, key: string | number) => void,
) {
  const copy = structuredClone(value);
  let holder = copy as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) holder = holder[key] as typeof holder;
  change(holder, path[path.length - 1]);
  return copy;
}

/** Values that no field of a row or a run may have. */
const WRONG: readonly unknown[] = [Number.NaN, Number.POSITIVE_INFINITY, new Date(0), new Map()];

test.each([
  ['a row', { ...FULL, ...KERNELS }, readRow, ['kernels', 'numerics']],
  [
    'a run',
    { ...RUN, copies: [{ name: 'a', sameAs: 'b' }], unread: [{ name: 'a', why: 'b' }] },
    readRun,
    ['unread'],
  ],
])(
  'no field of %s may be left out or be of another type, and the refusal names it',
  (_, good, read, optional) => {
    expect(read(good)).toBe(good);
    const places = placesOf(good);
    expect(places.length).toBeGreaterThan(25);
    for (const path of places) {
      const name = pathOf(path);
      const refusal = (value: unknown) => {
        try {
          read(value);
        } catch (error) {
          return (error as Error).message;
        }
        return `${name} was let through`;
      };
      const isItem = typeof path.at(-1) === 'number';
      if (!isItem && !optional.includes(name)) {
        expect(refusal(changed(good, path, (holder, key) => delete holder[key]))).toContain(name);
      }
      const value = path.reduce<unknown>(
        (each, key) => (each as Record<string | number, unknown>)[key],
        good,
      );
      const other =
        typeof value === 'string'
          ? 5
          : typeof value === 'number'
            ? '5'
            : typeof value === 'boolean'
              ? 'true'
              : 7;
      for (const wrong of [other, ...WRONG]) {
        expect(refusal(changed(good, path, (holder, key) => Reflect.set(holder, key, wrong)))).toContain(
          name,
        );
      }
    }
  },
);

test.each([
  [{ size: 0 }, 'size is 0; it must be 1 to'],
  [{ radius: 1.5 }, 'radius is not a whole number'],
  [{ numerics: 0 }, 'numerics is 0; it must be 1 to'],
  [{ sourceSide: null }, 'sourceSide is null, though it was measured'],
  [{ failure: 'It failed.' }, 'measures is there beside a failure'],
  [{ measures: null }, 'measures is null, though no failure says why'],
  [{ picture: { name: '', sha256: null } }, 'picture.name is not a name'],
  [{ picture: { name: 'a', sha256: 'ABC' } }, 'picture.sha256 is not a SHA-256'],
  [{ measures: { ...FULL.measures, ssim: 1.5 } }, 'measures.ssim is 1.5; it must be'],
  [{ measures: { ...FULL.measures, clampedShare: -0.1 } }, 'measures.clampedShare is -0.1'],
  [{ measures: { ...FULL.measures, rows: 1 } }, 'lies outside of the 1 x 16 cells'],
])('%j is out of range', (part, message) => {
  expect(() => readRow({ ...FULL, ...part })).toThrow(message);
});

test('what a later version adds is kept, and what has no bottom is refused', () => {
  expect(readRow({ ...FULL, added: { more: [1] } })).toMatchObject({ added: { more: [1] } });
  const cyclic: Record<string, unknown> = { ...FULL };
  cyclic.self = cyclic;
  expect(() => readRow(cyclic)).toThrow('the row holds more than its fields');
  for (const value of [null, 5, 'row', [], new Map()])
    expect(() => readRow(value)).toThrow(/^(the row|version) /);
});

const good = linesOf(FROZEN, 'rows.jsonl');
const BAD = [
  JSON.stringify({ ...ROWS[0], sourceSide: undefined }),
  JSON.stringify({ ...FULL, measures: { ...FULL.measures, psnr: '20' } }),
  '{"version":"0.1.0","picture":{"na',
  '[]',
  'null',
];
function damaged(name: string): string {
  mkdirSync(at(name));
  // A mark before the first line, empty lines, and ends of lines as Windows has them.
  const lines = [good[0], BAD[0], '', ...good.slice(1, 4), ...BAD.slice(1), ...good.slice(4)];
  writeFileSync(at(name, 'rows.jsonl'), `\ufeff${lines.join('\r\n')}\r\n`);
  writeFileSync(at(name, 'runs.jsonl'), `${JSON.stringify(RUN)}\n{"date":"2030","shard":{},"models":[]}\n`);
  return at(name);
}

test('a bad line is named with its file, its number and its field; the others are used', async () => {
  const { rows, runs, bad } = await readResults(damaged('damaged'));
  expect([rows.length, runs.length]).toEqual([good.length, 1]);
  expect(bad.rows.map(({ line, problem }) => [line, problem])).toEqual([
    [2, 'sourceSide is missing'],
    [7, 'measures.psnr is not a number'],
    [8, 'it is cut short'],
    [9, 'version is missing'],
    [10, 'the row is not an object'],
  ]);
  const words = badLineWords([...bad.rows, ...bad.runs]);
  expect(words[0]).toBe(
    `Line 2 of "${at('damaged', 'rows.jsonl')}" ("a.png") is not used, and stays there: sourceSide is missing.`,
  );
  expect(words).toHaveLength(6);
  expect(badLineWords(Array(150).fill(bad.rows[0]))).toHaveLength(101);
});

test('bad lines are written again as they are, once, where a folder is written anew', async () => {
  const results = await readResults(damaged('again'));
  await replaceResults(at('again'), results, null);
  await replaceResults(at('again'), await readResults(at('again')), null);
  const lines = linesOf(at('again'), 'rows.jsonl');
  expect(lines).toHaveLength(good.length + BAD.length);
  for (const line of BAD) expect(lines).toContain(line);
  expect(linesOf(at('again'), 'runs.jsonl')).toHaveLength(2);
});

test('merge names them, does without them and keeps them; the report says so first', {
  timeout: 120_000,
}, async () => {
  damaged('shard');
  const { code, errors } = await command(['merge', 'shard', '--out', 'sum'], { cwd: folder });
  expect(code).toBe(3);
  expect(errors).toContain(
    'Note: Line 7 of "shard/rows.jsonl" ("a.png") is not used, and stays there: measures.psnr is not a number.',
  );
  const lines = linesOf(at('sum'), 'rows.jsonl');
  for (const line of BAD) expect(lines).toContain(line);
  const report = JSON.parse(readFileSync(at('sum', 'report.json'), 'utf8'));
  expect(report.rows).toHaveLength(good.length);
  expect(report.remarks[0]).toContain('sourceSide is missing');
  const html = readFileSync(at('sum', 'report.html'), 'utf8');
  expect(html).toContain('What to know first');
  expect(html).not.toContain('undefined');
});
