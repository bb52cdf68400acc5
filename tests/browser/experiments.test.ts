/** Experiments in the built page: through the element as scripts ask for them, and by the cards as visitors do. */
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LatentInspectorElement } from '../../src/embed';
import { type BuiltPage, openBuilt } from './built';

const LINK = '?size=256&backend=wasm&picture=still-life&model=mini-planted&cell=1,1';

let built: BuiltPage;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  built = await openBuilt();
  page = await built.browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await page.goto(built.url + LINK);
  await page.evaluate(() => (document.querySelector('latent-inspector') as LatentInspectorElement).ready);
});

afterAll(() => built?.close());

test('the influence finds the planted cell, hundreds of times above the median', async () => {
  const { strongest, ratio, progress } = await page.evaluate(async () => {
    const element = document.querySelector('latent-inspector') as LatentInspectorElement;
    const progress: number[] = [];
    const { influence, cols } = await element.experiment(
      'influence',
      {},
      { onProgress: (done, total) => progress.push(done / total) },
    );
    const sorted = [...influence].sort((a, b) => a - b);
    const index = influence.indexOf(Math.max(...influence));
    return {
      strongest: [Math.floor(index / cols), index % cols],
      ratio: sorted.at(-1)! / sorted[sorted.length >> 1],
      progress,
    };
  });
  expect(strongest).toEqual([1, 1]);
  expect(ratio).toBeGreaterThan(100);
  expect(progress).toEqual([...progress].sort((a, b) => a - b));
});

test('the mechanism of a healed spot is mostly attention, its full arm is the effect, and nothing passes where nothing can', async () => {
  const found = await page.evaluate(async () => {
    const element = document.querySelector('latent-inspector') as LatentInspectorElement;
    element.edits = [{ kind: 'heal', cell: { row: 1, col: 1 } }];
    const effect = await element.effect();
    const { full, frozenBoth, carriers, beyondReceptiveField, receptiveRadius } =
      await element.experiment('mechanism');
    return {
      effect: effect.farRms,
      full: full.farRms,
      beyond: beyondReceptiveField,
      last: frozenBoth.profile[receptiveRadius + 1],
      attention: carriers.attentionShare,
      norm: carriers.normShare,
    };
  });
  expect(found.full).toBeCloseTo(found.effect, 4);
  expect(found.beyond).toBe(0);
  expect(found.last).toBe(0);
  expect(found.attention).toBeGreaterThan(0.5);
  expect(found.attention! + found.norm!).toBeCloseTo(1);
});

test('one that needs an edit says so, and an unfinished one stops when told', async () => {
  const outcome = await page.evaluate(async () => {
    const element = document.querySelector('latent-inspector') as LatentInspectorElement;
    element.edits = [];
    const code = (work: Promise<unknown>) =>
      work.then(
        () => 'done',
        (error: { code: string }) => error.code,
      );
    const controller = new AbortController();
    const scan = code(
      element.experiment(
        'scan',
        { finest: 8 },
        { signal: controller.signal, onProgress: (done) => done > 0.1 && controller.abort() },
      ),
    );
    return { mechanism: await code(element.experiment('mechanism')), scan: await scan };
  });
  expect(outcome).toEqual({ mechanism: 'bad-edit', scan: 'aborted' });
});

test('a card opens in place, says what it costs, runs, and gives a verdict, a figure, a table and files', async () => {
  const section = page.getByRole('region', { name: 'Experiments' });
  await section.scrollIntoViewIfNeeded();
  await section.getByRole('button', { name: /Does the spot stay or travel/ }).click();
  const run = section.getByRole('button', { name: 'Roll the picture' });
  await expect.poll(() => section.textContent()).toMatch(/about \d+/);
  await run.click();
  await expect.poll(() => section.getByRole('table').count(), { timeout: 60_000 }).toBeGreaterThan(0);
  // The planted spot keeps to its cell, whatever is there.
  expect(await section.getByRole('table').first().textContent()).toContain('stays');
  const download = page.waitForEvent('download');
  await section.getByRole('button', { name: /CSV/ }).first().click();
  expect((await download).suggestedFilename()).toMatch(/\.csv$/);
  expect(complaints).toEqual([]);
});
