/** The command itself, in processes of its own, on models whose truth is known. */
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ReportRow } from '@/report/row';
import { draw } from './drawn';

const PROGRAM = fileURLToPath(new URL('../../../scripts/cli/run.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'latent-inspector-'));
const at = (...path: string[]) => join(folder, ...path);
const MODELS = ['--model', 'mini-planted,mini-clean', '--size', '96'];

interface Ended {
  code: number | null;
  output: string;
  errors: string;
}

function start(
  args: string[],
  onErrors: (text: string, child: ChildProcess) => void = () => {},
): Promise<Ended> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { cwd: folder });
  const ended: Ended = { code: null, output: '', errors: '' };
  child.stdout.on('data', (text) => {
    ended.output += text;
  });
  child.stderr.on('data', (text) => {
    ended.errors += text;
    onErrors(ended.errors, child);
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ ...ended, code })));
}

const lines = (...path: string[]) =>
  readFileSync(at(...path, 'rows.jsonl'), 'utf8')
    .trimEnd()
    .split('\n');
const rows = (...path: string[]) => lines(...path).map((line) => JSON.parse(line) as ReportRow);

beforeAll(() => {
  mkdirSync(at('pictures', 'more'), { recursive: true });
  writeFileSync(at('pictures', 'a.png'), draw(0));
  writeFileSync(at('pictures', 'b.png'), draw(1));
  writeFileSync(at('pictures', 'more', 'c.png'), draw(2));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('one run, stopped and gone on with, and two shards merged give the same rows; the planted spot is found', {
  timeout: 300_000,
}, async () => {
  const whole = ['report', 'pictures', ...MODELS, '--out', 'whole'];
  const stopped = await start(whole, (errors, child) => {
    if (!child.killed && errors.includes('1 of 6')) child.kill('SIGINT');
  });
  expect(stopped.errors).toContain('the same command goes on from here');
  expect(stopped.code).toBe(130);
  const first = lines('whole');
  expect(first.length).toBeLessThan(6);
  // As a computer leaves it that loses power while it writes.
  writeFileSync(at('whole', 'rows.jsonl'), `${first.join('\n')}\n{"picture":{"na`);

  const shard = (index: number) =>
    start(['report', 'pictures', ...MODELS, '--shard', `${index}/2`, '--out', `shard${index}`]);
  const [resumed, one, two] = await Promise.all([start(whole), shard(1), shard(2)]);
  expect([resumed, one, two].map(({ code, errors }) => (code === 0 ? '' : errors))).toEqual(['', '', '']);
  expect(resumed.errors).toContain(`${6 - first.length} of ${6 - first.length}`);
  expect([lines('shard1').length, lines('shard2').length]).toEqual([3, 3]);

  const merged = await start(['merge', 'shard2', 'shard1', '--out', 'merged']);
  expect(merged.errors).toBe('');
  const complete = lines('whole').filter((line) => line !== '{"picture":{"na');
  expect([...complete].sort()).toEqual([...lines('merged')].sort());
  expect(readFileSync(at('whole', 'report.csv'), 'utf8')).toBe(
    readFileSync(at('merged', 'report.csv'), 'utf8'),
  );

  const again = await start(whole);
  expect(again.output).toContain('nothing was computed');
  expect(lines('whole').filter((line) => line !== '{"picture":{"na')).toEqual(complete);

  const all = rows('merged').map(({ model, measures }) => ({ model: model.id, measures: measures! }));
  const planted = all.filter(({ model }) => model === 'mini-planted');
  const clean = all.filter(({ model }) => model === 'mini-clean');
  expect([planted.length, clean.length]).toEqual([3, 3]);
  for (const { measures } of planted) {
    const { norm, influence } = measures.strongest;
    expect([norm.cell, influence.cell]).toEqual(Array(2).fill({ row: 1, col: 1 }));
    expect(measures.named).toEqual(norm.heal);
    expect(norm.heal.farRms).toBeGreaterThan(30);
    expect(norm.heal.ratio).toBeGreaterThan(15);
    expect(measures.influence.ratio).toBeGreaterThan(60);
  }
  for (const { measures } of clean) {
    for (const { heal } of Object.values(measures.strongest)) expect(heal.farRms).toBeLessThan(2);
    expect(measures.influence.ratio).toBeLessThan(3);
    expect(measures.named).toBeNull();
  }
  const html = readFileSync(at('merged', 'report.html'), 'utf8');
  expect(html).toContain('(1, 1) in 3 of 3');
});

test('a picture that cannot be opened is a line of the report, not the end of it', {
  timeout: 60_000,
}, async () => {
  mkdirSync(at('mixed'));
  writeFileSync(at('mixed', 'broken.jpg'), 'this is no picture');
  copyFileSync(at('pictures', 'a.png'), at('mixed', 'good.png'));
  copyFileSync(at('pictures', 'a.png'), at('mixed', 'good again.png'));
  const { code, errors } = await start([
    'report',
    'mixed',
    '--model',
    'mini-clean',
    '--size',
    '64',
    '--out',
    'mixed-out',
  ]);
  expect([code, errors.includes('2 of 2')]).toEqual([3, true]);
  expect(errors).toContain('broken.jpg, mini-clean at 64 pixels: This file is a text, not a picture.');
  expect(rows('mixed-out').map(({ failure, measures }) => [failure, measures === null])).toEqual([
    ['This file is a text, not a picture.', true],
    [null, false],
  ]);
  const html = readFileSync(at('mixed-out', 'report.html'), 'utf8');
  expect(html).toContain('Not measured: This file is a text, not a picture.');
  expect(html).toContain('&quot;good.png&quot; is the same file as &quot;good again.png&quot;');
});

test('what cannot be done is said in a sentence, with an exit code', { timeout: 60_000 }, async () => {
  mkdirSync(at('empty'));
  writeFileSync(at('weights.safetensors'), 'no weights');
  const refuse = async (line: string) => {
    const { code, errors } = await start(line.split(' '));
    // A stack would be for programmers.
    expect(errors).not.toContain('    at ');
    return [code, errors];
  };
  const said = await Promise.all(
    [
      'report',
      'paint pictures',
      'report pictures --model mini-planted --size 100 --out x',
      'report empty --model mini-planted --out x',
      'report nowhere --model mini-planted --out x',
      'report pictures --model mini-unknown --out x',
      'report pictures --model sd1 --out x',
      'report pictures --model weights.safetensors --out x',
      'merge empty --out x',
    ].map(refuse),
  );
  expect(said).toEqual([
    [2, expect.stringContaining('No pictures were given')],
    [2, expect.stringContaining('There is no command "paint".')],
    [2, expect.stringContaining('--size 100 does not divide into the cells of mini-planted, 8 pixels each.')],
    [1, expect.stringContaining('There are no pictures in "empty".')],
    [1, expect.stringContaining('There is no file or folder "nowhere".')],
    [1, expect.stringContaining('There is no model "mini-unknown", and no such file.')],
    [1, expect.stringMatching(/downloads nothing\.\nDownload https:.*--model sd1=FILE/)],
    [1, expect.stringContaining('weights.safetensors')],
    [1, expect.stringContaining('There are no results in "empty".')],
  ]);
});
