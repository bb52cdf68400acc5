/** Experiments in the built page: through the element as scripts ask for them, and by the cards as visitors do. */
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LatentInspectorElement } from '@/element/embed';
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

test('a scan shows each cell as it is measured; stopped, it keeps them and goes on from there', async () => {
  const section = page.getByRole('region', { name: 'Experiments' });
  await section.getByRole('button', { name: /Which cells speak/ }).click();
  const measured = async () => {
    const text = (await section.textContent()) ?? '';
    return { cells: Number(/Healed so far: (\d+) of/.exec(text)?.[1] ?? 0), text };
  };
  // The test before this one has stopped a scan through the element: what that had measured is kept, too.
  let { cells: before } = await measured();
  for (const name of [/Heal cell after cell|Go on healing cells/, 'Go on healing cells']) {
    await section.getByRole('button', { name }).click();
    await expect.poll(async () => (await measured()).cells, { timeout: 60_000 }).toBeGreaterThan(before);
    await section.getByRole('button', { name: 'Stop' }).click();
    await section.getByRole('button', { name: 'Go on healing cells' }).waitFor();
    const { cells, text } = await measured();
    expect(cells).toBeGreaterThan(before);
    expect(cells).toBeLessThan(64);
    expect(text).toContain('Not finished: a part, of Mini, planted');
    before = cells;
  }
  expect(complaints).toEqual([]);
});

test('in a comparison each model has its own result, side by side, to be saved under its own name', async () => {
  await page.goto(`${built.url}${LINK}&compare=mini-clean`);
  const found = await page.evaluate(async () => {
    const element = document.querySelector('latent-inspector') as LatentInspectorElement;
    await element.ready;
    await element.setCompare('mini-clean');
    const run = { side: 'compare' } as const;
    const [left, right] = [await element.experiment('kl'), await element.experiment('kl', {}, run)];
    const { mean, logvar } = await element.posterior('compare');
    let nats = 0;
    for (const [at, value] of mean.entries())
      nats += (value ** 2 + Math.exp(logvar[at]) - 1 - logvar[at]) / 2;
    return { left: left.totalNats, right: right.totalNats, nats };
  });
  expect(found.right / found.nats).toBeCloseTo(1, 6);
  expect(found.right / found.left).not.toBeCloseTo(1, 1);

  const section = page.getByRole('region', { name: 'Experiments' });
  await section.getByRole('button', { name: /How many bits/ }).click();
  const results = section.getByRole('region', { name: /^[AB], Mini/ });
  await expect.poll(() => results.count()).toBe(2);
  expect(await results.nth(0).getAttribute('aria-label')).toBe('A, Mini, planted spot');
  expect(await results.nth(1).getAttribute('aria-label')).toBe('B, Mini, clean control');
  // One scale, so that the maps can be compared by eye.
  const scale = async (index: number) =>
    /(\S+ bits)/.exec((await results.nth(index).locator('.figure-map').textContent()) ?? '')?.[1];
  expect(await scale(0)).toBe(await scale(1));
  const download = page.waitForEvent('download');
  await results.nth(1).getByRole('button', { name: 'CSV' }).click();
  expect((await download).suggestedFilename()).toBe('latent-inspector_kl_mini-clean_still-life_256.csv');
  await section.getByRole('radio', { name: /^B, Mini/ }).check();
  await expect.poll(() => results.count()).toBe(1);
  expect(complaints).toEqual([]);
});

test('the influence of the right model is the layer of its own latent', async () => {
  const layer = page.getByRole('combobox', { name: 'Layer' });
  await page.evaluate(async () => {
    const element = document.querySelector('latent-inspector') as LatentInspectorElement;
    await element.experiment('influence', {}, { side: 'compare' });
  });
  await layer.selectOption('influence');
  const notes = (side: 'a' | 'b') => page.locator(`[data-pane="latent"] [data-side="${side}"]`).textContent();
  await expect.poll(() => notes('b')).toContain('levels');
  expect(await notes('b')).not.toContain('has not been computed');
  expect(await notes('a')).toContain('The influence has not been computed here');
});
