/** The report as the page runs it: what is asked of the engine, what is kept, and what is left alone. */
import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { InspectorError } from '@/common/errors';
import { NUMERICS } from '@/common/numerics';
import type { ModelSource } from '@/engine/protocol';
import { type ReportRow, rowKey } from '@/report/row';
import { keptKey } from '@/session/report/plan';
import { browserRows, type StoredRow } from '@/session/report/storedRows';
import type { ReportPicture, ReportRequest } from '@/session/report/types';
import { type Bench, bench, HUB_MODELS, settle, storedFile } from '../session/fakes';
import { measures } from './rows';

const CELL = { row: 1, col: 1 };
const sha = (text: string) => createHash('sha256').update(text).digest('hex');

const CONFIG = { block_out_channels: [32, 32, 32, 32] };
/** With what their manifests know: rows of these need no loading to be found. */
const SMALL: ModelSource[] = ['small', 'other'].map((id) => ({
  base: 'http://localhost/models/',
  manifest: {
    id,
    name: `The ${id} one`,
    summary: '',
    kind: 'embedded',
    files: [{ path: `${id}.safetensors`, bytes: 1000, sha256: sha(id) }],
    dtype: 'float16',
    config: CONFIG,
    ...(id === 'small' ? { spot: CELL } : {}),
  },
}));
const HUB: ModelSource = {
  ...HUB_MODELS[0],
  manifest: {
    ...HUB_MODELS[0].manifest,
    files: [{ path: 'vae.safetensors', bytes: 100, sha256: sha('sd1') }],
  },
} as ModelSource;

const picture = (name: string, content = name): ReportPicture => ({ name, file: new Blob([content]) });
const A = picture('a.png');
const B = picture('b.png');
const BROKEN = picture('broken.png');
const request = (changed: Partial<ReportRequest> = {}): ReportRequest => ({
  pictures: [A, B],
  models: ['small'],
  sizes: [256],
  mechanism: false,
  ...changed,
});

let kept = browserRows();
let fake: Bench['fake'];
let store: Bench['store'];
const state = () => store.getState();

async function visit(): Promise<void> {
  const made = bench({
    models: [...SMALL, HUB],
    view: { size: 256, model: 'small' },
    reportRows: kept,
    readPicture: async (source, signal) => {
      if (source === BROKEN.file) throw new InspectorError('bad-image', 'This file is not a picture.');
      return made.pictures.read(source, signal);
    },
  });
  ({ fake, store } = made);
  await state().start();
}

beforeEach(async () => {
  kept = browserRows();
  await visit();
});

/** The measurement number `at` that reached the engine. */
async function asked(at: number) {
  await vi.waitFor(() => expect(fake.asked.length).toBeGreaterThan(at), { interval: 1 });
  return fake.asked[at];
}

/** Answers the next `count` measurements, each with a far RMS of its own. */
async function answer(count: number, from = fake.asked.length): Promise<void> {
  for (let at = from; at < from + count; at++) (await asked(at)).resolve(measures(CELL, at + 1));
}

const names = (rows: readonly ReportRow[]) =>
  rows.map(({ model, size, picture: { name } }) => `${model.id} ${size} ${name}`);

describe('a report', () => {
  test('measures each picture in each model at each size, in the order and with the keys of the command line', async () => {
    const running = state().runReport(request({ models: ['small', 'other'], sizes: [256, 512] }));
    await answer(8);
    const { rows, runs } = await running;
    expect(names(rows)).toEqual([
      'other 256 a.png',
      'other 256 b.png',
      'other 512 a.png',
      'other 512 b.png',
      'small 256 a.png',
      'small 256 b.png',
      'small 512 a.png',
      'small 512 b.png',
    ]);
    expect(fake.asked.map(({ args }) => `${args.model} ${args.picture.width}`)).toEqual(
      rows.map(({ model, size }) => `${model.id} ${size}`),
    );
    const [row] = rows;
    expect(rowKey(row)).toBe(
      JSON.stringify(['other', sha('other'), row.model.configSha256, 256, sha('a.png')]),
    );
    expect([row.named, rows[4].named, row.sourceSide]).toEqual([null, CELL, 1024]);
    expect(fake.asked[4].args.options).toEqual({ named: CELL, withMechanism: false });
    expect(runs).toMatchObject([{ units: 8, backend: 'wasm', radius: 4, device: 'fake wasm' }]);
    expect(runs[0].models.map(({ id, name }) => [id, name])).toEqual([
      ['other', 'The other one'],
      ['small', 'The small one'],
    ]);
  });

  test('asks for everything in the background, and leaves what is open as it is', async () => {
    state().addEdit({ kind: 'zero', cell: { row: 2, col: 2 } });
    await settle();
    const before = state();
    const running = before.runReport(request({ models: ['other'] }));
    await answer(2);
    await running;
    await settle();
    const opens = fake.all('open').filter(({ args }) => args.model === 'other');
    expect(opens.map(({ args }) => args.priority)).toEqual(['background', 'background']);
    expect(fake.asked.map(({ args }) => args.edits)).toEqual([[], []]);
    for (const part of ['view', 'sides', 'picture', 'failure'] as const) {
      expect(state()[part]).toBe(before[part]);
    }
    // What was loaded for it is freed; what is open stays.
    expect(fake.unloaded).toEqual(['other']);
  });

  test('keeps the model that it measures, whatever the visitor opens meanwhile', async () => {
    const running = state().runReport(request());
    await asked(0);
    await state().setModel('other');
    expect(fake.unloaded).toEqual([]);
    await answer(2, 0);
    await running;
    expect(fake.unloaded).toEqual(['small']);
  });

  test('goes on after a stop, and after a reload measures nothing anew', async () => {
    const stopped = state().runReport(request());
    await answer(1);
    await asked(1);
    expect(state().report).toMatchObject({ running: { rows: { done: 1, total: 2 } }, found: 0 });
    state().stopReport();
    await expect(stopped).rejects.toMatchObject({ code: 'aborted' });
    expect(state().report).toMatchObject({ running: null, error: null });
    expect(names(state().report.document!.rows)).toEqual(['small 256 a.png']);

    const resumed = state().runReport(request());
    await answer(1);
    expect(names((await resumed).rows)).toEqual(['small 256 a.png', 'small 256 b.png']);
    expect([fake.asked.length, state().report.found]).toEqual([3, 1]);

    await visit();
    const { rows, runs } = await state().runReport(request());
    expect(fake.asked).toEqual([]);
    expect(state().report.found).toBe(2);
    expect(rows.map(({ measures: all }) => all?.strongest.norm.heal.farRms)).toEqual([1, 3]);
    // Of the two runs that measured them, with what they knew of the model.
    expect(runs.map(({ units, models }) => [units, models.map(({ id }) => id)])).toEqual([
      [2, ['small']],
      [2, ['small']],
    ]);
  });

  test('finds a row again by the content of the picture, under the name that it has now', async () => {
    const first = state().runReport(request({ pictures: [A] }));
    await answer(1);
    await first;
    const { rows } = await state().runReport(request({ pictures: [picture('renamed.png', 'a.png')] }));
    expect([names(rows), fake.asked.length]).toEqual([['small 256 renamed.png'], 1]);
  });

  test.each([
    ['another size', { sizes: [512] }],
    ['another model', { models: ['other'] }],
    ['another content', { pictures: [picture('a.png', 'other')] }],
    ['the mechanism', { mechanism: true }],
  ])('%s is another row', async (_, changed) => {
    const first = state().runReport(request({ pictures: [A] }));
    await answer(1);
    await first;
    const second = state().runReport(request({ pictures: [A], ...changed }));
    await answer(1);
    expect((await second).rows).toHaveLength(1);
    expect(state().report.found).toBe(0);
  });

  test('the key of a kept row holds the backend, the numerics version, the radius and the known spot', async () => {
    const running = state().runReport(request({ pictures: [A] }));
    await answer(1);
    const [row] = (await running).rows;
    const others = [{ backend: 'webgpu' }, { numerics: 9 }, { radius: 5 }, { named: null }];
    const keys = [row, ...others.map((changed) => ({ ...row, ...changed }))].map(keptKey);
    expect(new Set(keys).size).toBe(5);
  });

  /** Measures A once, and gives back what is kept of it. */
  async function measured() {
    const running = state().runReport(request({ pictures: [A] }));
    await answer(1);
    const [row] = (await running).rows;
    const key = keptKey(row);
    const [value] = (await kept.rows([key])) as [StoredRow];
    return { row, key, value, run: (await running).runs[0] };
  }

  test('what an earlier numerics version measured is measured again, stays where it is, and is said', async () => {
    const { row, value, run } = await measured();
    const { numerics: _, ...old } = { ...row, version: '0.1.0' };
    const oldKey = JSON.stringify([rowKey(old), '0.1.0', old.backend, old.radius, old.mechanism, old.named]);
    await kept.clear();
    await kept.add(oldKey, { ...value, row: old }, run);
    const again = state().runReport(request({ pictures: [A, B] }));
    await answer(2);
    const { rows, notes } = await again;
    expect([rows.map(({ numerics }) => numerics), state().report.found]).toEqual([[NUMERICS, NUMERICS], 0]);
    expect(notes).toEqual([
      expect.stringMatching(
        /^1 result was kept .* by an earlier numerics version\. .*measured again; the older/,
      ),
    ]);
    expect(await kept.rows([oldKey])).toEqual([{ ...value, row: old }]);
    // Now it is there, and nothing has to be said any more.
    expect((await state().runReport(request({ pictures: [A, B] }))).notes).toEqual([]);
  });

  test('what another version with the same numerics measured is taken, and says which version it was', async () => {
    const { row, key, value, run } = await measured();
    await kept.add(key, { ...value, row: { ...row, version: '0.2.9' } }, run);
    const { rows } = await state().runReport(request({ pictures: [A] }));
    expect([rows[0].version, state().report.found]).toEqual(['0.2.9', 1]);
  });

  test.each([
    [
      'measures.psnr is not a number',
      (row: ReportRow) => ({ ...row, measures: { ...row.measures, psnr: '1' } }),
    ],
    ['sourceSide is missing', ({ sourceSide: _, ...row }: ReportRow) => row],
    ['row is of something else than it is kept for', (row: ReportRow) => ({ ...row, size: 512 })],
    ['row is not an object', () => 'row'],
  ])('an entry of which %s is said, put aside and measured again', async (problem, damage) => {
    const { row, key, value, run } = await measured();
    const bad = { ...value, row: damage(row) } as unknown as StoredRow;
    await kept.add(key, bad, run);
    const again = state().runReport(request({ pictures: [A] }));
    await answer(1);
    const { rows, notes } = await again;
    expect([rows.length, state().report.found]).toEqual([1, 0]);
    expect(notes).toEqual([
      `What this browser kept of a.png (The small one, 256 px) is not used, and is measured again: ${problem}.`,
    ]);
    expect(await kept.rows([`unreadable ${key}`])).toEqual([bad]);
    expect((await kept.rows([key]))[0]).toMatchObject({ row: { size: 256 } });
  });

  test('a picture that is no picture is a row that says why, and does not stop the others', async () => {
    const running = state().runReport(request({ pictures: [BROKEN, B] }));
    await answer(1);
    const { rows } = await running;
    expect(rows.map(({ failure, measures: all }) => [failure, all === null])).toEqual([
      [null, false],
      ['This file is not a picture.', true],
    ]);
  });

  test('a file that cannot be read is tried again the next time', async () => {
    const gone = picture('gone.png');
    gone.file.stream = () => {
      throw new DOMException('Gone.', 'NotReadableError');
    };
    const first = state().runReport(request({ pictures: [gone] }));
    await answer(1);
    expect((await first).rows[0].picture.sha256).toBeNull();
    const second = state().runReport(request({ pictures: [gone] }));
    await answer(1);
    await second;
    expect(state().report.found).toBe(0);
  });

  test('the same content under two names counts once', async () => {
    const running = state().runReport(request({ pictures: [A, picture('copy.png', 'a.png')] }));
    await answer(1);
    const { rows, runs } = await running;
    expect([names(rows), runs[0].copies]).toEqual([
      ['small 256 a.png'],
      [{ name: 'copy.png', sameAs: 'a.png' }],
    ]);
  });

  test('two pictures of one name are refused, and a size that does not fit', async () => {
    const same = request({ pictures: [A, picture('a.png', 'other')] });
    await expect(state().runReport(same)).rejects.toThrow('Two different pictures are called "a.png".');
    expect(state().report.error).toMatchObject({ code: 'bad-file' });
    await expect(state().runReport(request({ sizes: [100] }))).rejects.toThrow(
      '100 pixels do not divide into the cells of The small one, 8 pixels each.',
    );
    expect(fake.asked).toEqual([]);
  });

  test('downloads nothing: a model of a hub has to be on this computer', async () => {
    expect(state().isAtHand('sd1')).toBe(false);
    await expect(state().runReport(request({ models: ['sd1'] }))).rejects.toMatchObject({
      code: 'not-found',
      message: 'SD1 is not on this computer, and a report downloads nothing.',
    });
    const loaded = () => fake.all('loadModel').map(({ args }) => args.manifest.id);
    expect(loaded()).not.toContain('sd1');

    fake.storedFiles = { ...fake.storedFiles, files: [storedFile('sd1', { complete: false })] };
    await expect(state().runReport(request({ models: ['sd1'] }))).rejects.toThrow('downloads nothing');
    expect(loaded()).not.toContain('sd1');

    fake.storedFiles = { ...fake.storedFiles, files: [storedFile('sd1')] };
    const running = state().runReport(request({ models: ['sd1'] }));
    await answer(2);
    await running;
    expect([loaded().includes('sd1'), state().isAtHand('sd1')]).toEqual([true, true]);
  });

  test('ends when another backend takes over: its row is of neither', async () => {
    const running = state().runReport(request());
    await answer(1);
    await asked(1);
    fake.replaceDevice('The device was lost.');
    await answer(1, 1);
    await expect(running).rejects.toThrow('The computation moved to fake cpu');
    expect(state().report.error).toMatchObject({ code: 'device-lost' });
    expect(names(state().report.document!.rows)).toEqual(['small 256 a.png']);
  });

  test('tells how far it is, and how long it will take once a row is measured', async () => {
    const told: number[] = [];
    const running = state().runReport(request(), { onProgress: (done) => told.push(done) });
    (await asked(0)).run.onProgress?.(0.5, 'influence');
    expect(state().report.running).toMatchObject({
      rows: { done: 0, total: 2 },
      fraction: 0.25,
      secondsLeft: null,
      doing: 'The small one, 256 px, a.png: influence',
    });
    await answer(1, 0);
    await asked(1);
    expect(state().report.running).toMatchObject({ rows: { done: 1, total: 2 }, fraction: 0.5 });
    expect(state().report.running?.secondsLeft).toBeGreaterThanOrEqual(0);
    await answer(1, 1);
    await running;
    expect(told).toEqual([...told].sort((a, b) => a - b));
  });

  test('what is kept can be deleted', async () => {
    const first = state().runReport(request({ pictures: [A] }));
    await answer(1);
    await first;
    await state().forgetReport();
    expect(state().report.document).toBeNull();
    const second = state().runReport(request({ pictures: [A] }));
    await answer(1);
    await second;
    expect([fake.asked.length, state().report.found]).toEqual([2, 0]);
  });

  test('a newer one takes the place of one that runs, and its signal stops it', async () => {
    const old = state().runReport(request());
    await asked(0);
    const controller = new AbortController();
    const newer = state().runReport(request({ sizes: [512] }), { signal: controller.signal });
    await expect(old).rejects.toMatchObject({ code: 'aborted' });
    await asked(1);
    expect(state().report.running).not.toBeNull();
    controller.abort();
    await expect(newer).rejects.toMatchObject({ code: 'aborted' });
    expect(state().report).toMatchObject({ running: null, error: null });
  });
});
