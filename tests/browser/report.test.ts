/** The report over many pictures in the built page: measured once, the command line's numbers, found again after a reload. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LatentInspectorElement } from '@/element/embed';
import { toCsv } from '@/report/csv';
import { type HealFigures, type ReportRow, rowKey } from '@/report/row';
import type { ReportDocument } from '@/report/run';
import { draw } from '../unit/report/drawn';
import { type BuiltPage, openBuilt } from './built';

const LINK = '?size=256&backend=wasm&picture=still-life&model=mini-planted&cell=1,1';
const PICTURES = ['a.png', 'b.png'].map((name, seed) => ({
  name,
  mimeType: 'image/png',
  buffer: Buffer.from(draw(seed)),
}));
const MODELS = ['mini-planted', 'mini-clean'];

const folder = mkdtempSync(join(tmpdir(), 'latent-inspector-page-'));
const complaints: string[] = [];
let built: BuiltPage;
let page: Page;
let measured: ReportDocument;

const open = () =>
  page
    .goto(built.url + LINK)
    .then(() =>
      page.evaluate(() => (document.querySelector('latent-inspector') as LatentInspectorElement).ready),
    );

beforeAll(async () => {
  built = await openBuilt();
  page = await built.browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await open();
});

afterAll(async () => {
  await built?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('the element measures two pictures in two models: the planted spot is found in both, the clean model has none', async () => {
  const { report, progress, open } = await page.evaluate(
    async ({ files, models }) => {
      const element = document.querySelector('latent-inspector') as LatentInspectorElement;
      const pictures = files.map(({ name, bytes }) => new File([bytes], name));
      const progress: number[] = [];
      const report = await element.experiment(
        'report',
        { pictures, models, sizes: [256] },
        { onProgress: (done, total) => progress.push(done / total) },
      );
      // What is open is another picture, and still decodes.
      element.edits = [{ kind: 'heal', cell: { row: 1, col: 1 } }];
      return { report, progress, open: (await element.effect()).farRms };
    },
    { files: PICTURES.map(({ name, buffer }) => ({ name, bytes: new Uint8Array(buffer) })), models: MODELS },
  );
  measured = report;
  expect(open).toBeGreaterThan(10);
  expect(progress).toEqual([...progress].sort((a, b) => a - b));
  expect(report.rows.map(({ model, picture, failure }) => [model.id, picture.name, failure])).toEqual([
    ['mini-clean', 'a.png', null],
    ['mini-clean', 'b.png', null],
    ['mini-planted', 'a.png', null],
    ['mini-planted', 'b.png', null],
  ]);
  for (const { model, measures } of report.rows) {
    const { norm, influence } = measures!.strongest;
    if (model.id === 'mini-planted') {
      expect([norm.cell, influence.cell]).toEqual(Array(2).fill({ row: 1, col: 1 }));
      expect(norm.heal.farRms).toBeGreaterThan(30);
      expect(norm.heal.ratio).toBeGreaterThan(15);
    } else {
      expect(norm.heal.farRms).toBeLessThan(2);
      expect(measures!.influence.ratio).toBeLessThan(3);
    }
  }
});

test('its rows are the command line’s: the same keys, the same cells, the same numbers', async () => {
  mkdirSync(join(folder, 'pictures'));
  const [{ name, buffer }] = PICTURES;
  writeFileSync(join(folder, 'pictures', name), buffer);
  const args = ['report', 'pictures', '--model', MODELS.join(), '--size', '256', '--out', 'out'];
  const program = join(process.cwd(), 'scripts', 'cli', 'run.mjs');
  const child = spawn(process.execPath, [program, ...args], { cwd: folder });
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
  const rows = readFileSync(join(folder, 'out', 'rows.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ReportRow);
  expect(rows).toHaveLength(2);
  for (const row of rows) {
    const own = measured.rows.find((each) => rowKey(each) === rowKey(row))!;
    // In Node the kernels may be others, which is what these fields are for.
    const { measures, kernels, ...head } = own;
    const { measures: expected, kernels: expectedKernels, ...expectedHead } = row;
    for (const each of [kernels, expectedKernels]) {
      expect(each).toMatchObject({ name: expect.stringMatching(/^wasm-(relaxed-)?simd$/), adapter: null });
    }
    expect(head).toEqual(expectedHead);
    const figures = ({ farRms, nearRms, control }: HealFigures) => [
      farRms!,
      nearRms!,
      control!.farRms!,
      control!.nearRms!,
    ];
    for (const ranking of ['norm', 'rawLogvar', 'influence'] as const) {
      const [a, b] = [measures!.strongest[ranking], expected!.strongest[ranking]];
      expect([a.cell, a.heal.control?.cell]).toEqual([b.cell, b.heal.control?.cell]);
      for (const [at, figure] of figures(a.heal).entries()) {
        expect(Math.abs(figure / figures(b.heal)[at] - 1)).toBeLessThan(2e-3);
      }
    }
    expect(measures!.psnr).toBeCloseTo(expected!.psnr!, 3);
    expect(measures!.ssim).toBeCloseTo(expected!.ssim!, 4);
    expect(measures!.influence.ratio! / expected!.influence.ratio!).toBeCloseTo(1, 3);
  }
});

test('after a reload the card finds all rows by the pictures’ content, measures nothing, and saves the same numbers', async () => {
  await open();
  const section = page.getByRole('region', { name: 'Experiments' });
  await section.getByRole('button', { name: 'Does it hold over many pictures?' }).click();
  const panel = page.getByRole('region', { name: 'Does it hold over many pictures?' });
  await panel.getByLabel('Choose pictures').setInputFiles(PICTURES);
  await panel.getByRole('checkbox', { name: /clean/ }).check();
  await expect.poll(() => panel.textContent()).toContain('2 pictures × 2 models × 1 size = 4 measurements');
  await panel.getByRole('button', { name: 'Measure all' }).click();
  await expect
    .poll(() => panel.textContent(), { timeout: 5000 })
    .toContain('4 measurements, all from before');
  expect(await panel.locator('.verdict').textContent()).toMatch(
    /in 0 of 2 pictures in Mini, clean.* and 2 of 2 pictures in Mini, planted/,
  );
  const save = async (end: string) => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      panel.getByRole('button', { name: end, exact: true }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(new RegExp(`\\.${end.toLowerCase()}$`));
    return readFileSync((await download.path())!, 'utf8');
  };
  expect(await save('CSV')).toBe(toCsv(measured.rows));
  expect(await save('HTML')).toContain('(1, 1) in 2 of 2');
  expect(await save('SVG')).toContain('Far change, picture by picture');
  expect(complaints).toEqual([]);
});
