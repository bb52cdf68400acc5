/** Numbers of different numerics versions: never put together silently, never lost. */
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { NUMERICS, numericsChanges, numericsName, numericsOf } from '@/common/numerics';
import { toCsv } from '@/report/csv';
import { toHtml } from '@/report/html';
import { toJson } from '@/report/json';
import { checkAgreement, mergeRows } from '@/report/merge';
import { remarks } from '@/report/remarks';
import { settleRows } from '@/report/settle';
import { summarise } from '@/report/summarise';
import { version } from '../../../package.json';
import { command, rowsIn } from '../cli/command';
import { document, measures, row, run } from './rows';

const FROZEN = fileURLToPath(new URL('../../cases/report-0.1.0', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'latent-inspector-numerics-'));
const at = (...path: string[]) => join(folder, ...path);
const start = (line: string) => command(line.split(' '), { cwd: folder });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const old = row('a.png', measures({ row: 1, col: 1 }, 1), { version: '0.1.0' });
const now = row('b.png', measures({ row: 1, col: 1 }, 3), { numerics: 2 });

test('the program computes the newest version that its source describes, and what names none has the first', () => {
  const source = readFileSync(new URL('../../../src/common/numerics.ts', import.meta.url), 'utf8');
  const described = [...source.matchAll(/^ \* (\d+)\. /gm)].map(([, number]) => Number(number));
  expect(described).toEqual(Array.from({ length: NUMERICS }, (_, index) => index + 1));
  for (const numerics of described) expect(numericsName(numerics)).toContain('latent-inspector 0.');
  for (const numerics of described.slice(1)) expect(numericsChanges(numerics - 1, numerics)).not.toBe('');
  expect(numericsOf({})).toBe(1);
  expect(version).toBe('0.2.0');
});

test('rows of another version of the program stand beside each other, of another numerics version not', () => {
  const other = { ...now, version: '0.2.7', picture: old.picture };
  expect(mergeRows([[now], [other]])).toHaveLength(2);
  expect(() => mergeRows([[now], [old]])).toThrow(
    /different numerics versions: numerics version 1 \(latent-inspector 0\.1\.0\) and numerics version 2 .*colour profiles/,
  );
  // What failed holds no numbers: it may be tried again by whichever.
  expect(() => checkAgreement([now, row('c.png', null, { version: '0.1.0' })])).not.toThrow();
});

test('the same measurement in two numerics versions is two rows: neither takes the place of the other', () => {
  const again = { ...old, numerics: 2 };
  expect(settleRows([old, again])).toEqual([old, again]);
  expect(settleRows([again, old])).toHaveLength(2);
});

test('a report that holds two sums each up apart, shows each, and says so first', () => {
  const failed = row('c.png', null, { version: '0.1.0' });
  const all = document([old, now, failed], [run({ version: '0.1.0' }), run({ numerics: 2 })]);
  expect(
    summarise(all.rows).map(({ numerics, pictures, failed: none }) => [numerics, pictures, none]),
  ).toEqual([
    [1, 1, 0],
    [2, 1, 1],
  ]);
  expect(summarise(all.rows)[1].rankings.norm.heal.farRms.median).toBe(3);
  expect(remarks(all)[0]).toMatch(/are of different numerics versions .*summed up apart/);
  const html = toHtml(all);
  for (const numerics of [1, 2]) expect(html).toContain(`128 pixels, numerics version ${numerics}</h2>`);
  expect(html).toContain('numerics version 1 and 2');
  const json = JSON.parse(toJson(all));
  expect(json.rows.map(({ numerics }: { numerics: number }) => numerics)).toEqual([1, 2, 1]);
  expect(json.runs.map(({ numerics }: { numerics: number }) => numerics)).toEqual([1, 2]);
  const lines = toCsv(all.rows).trimEnd().split('\r\n');
  expect(lines.map((line) => line.split(',').at(-1))).toEqual(['numerics', '1', '2', '1']);
});

test('what 0.1.0 measured opens as it is, and merges with its like', { timeout: 120_000 }, async () => {
  for (const name of ['old', 'copy']) cpSync(FROZEN, at(name), { recursive: true });
  const merged = await start('merge old copy --out merged');
  // Each measurement is in both.
  expect([merged.code, merged.errors]).toEqual([1, expect.stringContaining('is there twice')]);
  const { code, output } = await start('merge old --out merged');
  expect([code, output]).toEqual([3, expect.stringMatching(/^8 measurements/)]);
  expect(rowsIn(at('merged')).filter(({ measures: all }) => all)).toEqual(
    expect.arrayContaining(rowsIn(FROZEN).filter(({ measures: all, size }) => all && size === 128)),
  );
  const html = readFileSync(at('merged', 'report.html'), 'utf8');
  expect(html).toContain('latent-inspector 0.1.0 · numerics version 1');
  expect(html).not.toMatch(/undefined|NaN/);
});

test('the command does not go on in a folder of 0.1.0, says what to do, and leaves it as it is', {
  timeout: 120_000,
}, async () => {
  mkdirSync(at('begun'));
  for (const name of ['rows.jsonl', 'runs.jsonl', 'a.png']) {
    copyFileSync(join(FROZEN, name), at('begun', name));
  }
  const going = 'report begun/a.png --model mini-clean --mechanism';
  const refused = await start(`${going} --size 64,128 --out begun`);
  expect([refused.code, refused.errors]).toEqual([
    1,
    expect.stringMatching(
      /"begun" holds 4 measurements of numerics version 1 .*computes numerics version 2.*\nGive another --out .*latent-inspector 0\.1\.0/s,
    ),
  ]);
  const bytes = (name: string) => readFileSync(at('begun', name), 'utf8');
  for (const name of ['rows.jsonl', 'runs.jsonl']) {
    expect(bytes(name)).toBe(readFileSync(join(FROZEN, name), 'utf8'));
  }
  const fresh = await start(`${going} --size 64 --out fresh`);
  expect(fresh.code).toBe(0);
  expect(rowsIn(at('fresh')).map((each) => [each.version, each.numerics])).toEqual([[version, NUMERICS]]);
  const mixed = await start('merge begun fresh --out mixed');
  expect([mixed.code, mixed.errors]).toEqual([
    1,
    expect.stringContaining('These results are of different numerics versions'),
  ]);
});

test('failed rows of an earlier version do not stop the command from going on: they are tried again', {
  timeout: 120_000,
}, async () => {
  mkdirSync(at('failed'));
  const lines = readFileSync(join(FROZEN, 'rows.jsonl'), 'utf8').trimEnd().split('\n');
  const failed = lines.filter((line) => line.includes('broken.png') && line.includes('"size":64'));
  writeFileSync(at('failed', 'rows.jsonl'), `${failed.join('\n')}\n`);
  copyFileSync(join(FROZEN, 'a.png'), at('broken.png'));
  const { code } = await start('report broken.png --model mini-clean --size 64 --mechanism --out failed');
  expect(code).toBe(0);
  const report = JSON.parse(readFileSync(at('failed', 'report.json'), 'utf8'));
  expect(report.rows.filter(({ measures: all }: { measures: object | null }) => all)).toMatchObject([
    { numerics: NUMERICS },
  ]);
});
