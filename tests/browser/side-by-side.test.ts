/** Two models side by side in the built page, downloads as a visitor meets them, and files of the visitor's own. */
import { readFileSync } from 'node:fs';
import type { BrowserContext, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Edit } from '@/edits';
import type { LatentInspectorElement } from '@/element/embed';
import type { Effect } from '@/latent/types';
import { roundLevels } from '@/measures/effect';
import { type ModelManifest, parseManifest } from '@/models/manifest';
import { parseConfig } from '@/vae/config';
import { zeroFullSize } from '../hub/full-size';
import { openStandIn, type StandIn } from '../hub/standin';
import { type BuiltPage, openBuilt } from './built';

const BASE = '?size=256&backend=wasm&picture=still-life';
const PLANTED_AND_CLEAN = `${BASE}&model=mini-planted&compare=mini-clean&cell=1,1`;
const HEAL: Edit[] = [{ kind: 'heal', cell: { row: 1, col: 1 } }];

let built: BuiltPage;
let context: BrowserContext;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  built = await openBuilt();
});

afterAll(() => built?.close());

beforeEach(async () => {
  context = await built.browser.newContext({ viewport: { width: 1280, height: 900 } });
  page = await context.newPage();
  complaints = [];
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
});

afterEach(() => context.close());

async function open(link: string): Promise<void> {
  await page.goto(built.url + link);
  await page.evaluate(() => (document.querySelector('latent-inspector') as LatentInspectorElement).ready);
}

/** The effect of `edits` in the model of a side, through the element. */
function effectOf(edits: Edit[], side: 'model' | 'compare' = 'model'): Promise<Effect> {
  return page.evaluate(
    async ({ edits, side }) => {
      const element = document.querySelector('latent-inspector') as LatentInspectorElement;
      element.edits = edits;
      return element.effect(side);
    },
    { edits, side },
  );
}

const posteriorOf = (side: 'model' | 'compare') =>
  page.evaluate(async (side) => {
    const element = document.querySelector('latent-inspector') as LatentInspectorElement;
    const { mean, channels } = await element.posterior(side);
    return { mean, channels };
  }, side);

/** Standard deviation of each channel over the cells. */
function sigmas({ mean, channels }: { mean: Float32Array; channels: number }): number[] {
  return Array.from({ length: channels }, (_, channel) => {
    const values = Array.from(mean).filter((_, at) => at % channels === channel);
    const average = values.reduce((sum, value) => sum + value, 0) / values.length;
    return Math.sqrt(values.reduce((sum, value) => sum + (value - average) ** 2, 0) / values.length);
  });
}

describe('two models side by side', () => {
  test('give the numbers that each gives alone, in one table and one sentence', async () => {
    await open(PLANTED_AND_CLEAN);
    const left = await effectOf(HEAL);
    const right = await effectOf(HEAL, 'compare');
    expect(left.farRms).toBeGreaterThan(10);
    expect(right.farRms).toBeLessThan(1);
    const sentence = page.locator('.sentence').first();
    await expect.poll(() => sentence.textContent()).toMatch(/Mini, planted spot .*Mini, clean control/);
    const table = page.getByRole('table', { name: /the effect/i });
    await expect.poll(() => table.textContent()).toContain(roundLevels(left.farRms));

    await open(`${BASE}&model=mini-clean`);
    const alone = await effectOf(HEAL);
    expect(right.farRms).toBeCloseTo(alone.farRms, 6);
    expect(right.nearRms).toBeCloseTo(alone.nearRms, 6);
    expect(right.control.cell).toEqual(alone.control.cell);
    expect(complaints).toEqual([]);
  });

  test('carry a change over in each latent’s own sigma, or in raw numbers where that is asked for', async () => {
    await open(PLANTED_AND_CLEAN);
    const cell = { row: 9, col: 14 };
    const values = [0.5, -1, 0.25, 2];
    const edits: Edit[] = [{ kind: 'add', cell, values }];
    const [from, to] = [sigmas(await posteriorOf('model')), sigmas(await posteriorOf('compare'))];
    const carried = await effectOf(edits, 'compare');
    await page.getByRole('radio', { name: 'raw numbers' }).check();
    const raw = await effectOf(edits, 'compare');

    await open(`${BASE}&model=mini-clean`);
    const scaled = values.map((value, channel) => (value / from[channel]) * to[channel]);
    const expected = await effectOf([{ kind: 'add', cell, values: scaled }]);
    expect(carried.nearRms).toBeCloseTo(expected.nearRms, 3);
    const expectedRaw = await effectOf(edits);
    expect(raw.nearRms).toBeCloseTo(expectedRaw.nearRms, 6);
    expect(Math.abs(raw.nearRms - carried.nearRms)).toBeGreaterThan(0.1);
  });

  test('change places, and one can be taken away', async () => {
    await open(PLANTED_AND_CLEAN);
    const left = await effectOf(HEAL);
    await page.getByRole('combobox', { name: 'Compare with' }).selectOption('mini-planted');
    await expect
      .poll(() => page.getByRole('combobox', { name: 'Model' }).first().inputValue())
      .toBe('mini-clean');
    const swapped = await effectOf(HEAL, 'compare');
    expect(swapped.farRms).toBeCloseTo(left.farRms, 6);
    await page.getByRole('combobox', { name: 'Compare with' }).selectOption({ label: 'nothing' });
    await expect.poll(() => page.url()).not.toContain('compare=');
    expect(complaints).toEqual([]);
  });
});

describe('a file of the visitor’s own', () => {
  const file = new URL('../../models/mini-clean.safetensors', import.meta.url);
  const config = new URL('../../models/mini-clean.json', import.meta.url);

  test('opens with its config.json, and is the same network', async () => {
    await open(`${BASE}&model=mini-clean`);
    const embedded = await posteriorOf('model');
    const { config: fields } = JSON.parse(readFileSync(config, 'utf8')) as { config: object };
    await page.locator('input[aria-label*="for \\"Model\\""]').setInputFiles([
      { name: 'mine.safetensors', mimeType: 'application/octet-stream', buffer: readFileSync(file) },
      { name: 'config.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(fields)) },
    ]);
    await expect
      .poll(() => page.getByRole('combobox', { name: 'Model' }).first().inputValue())
      .toContain('file:');
    await expect
      .poll(() => page.evaluate(() => document.querySelector('latent-inspector')!.shadowRoot!.textContent))
      .toContain('mine');
    expect((await posteriorOf('model')).mean).toEqual(embedded.mean);
  });

  test('that is none, or is cut off, is refused in terms of that file, and what was open stays', async () => {
    await open(`${BASE}&model=mini-clean`);
    const give = (name: string, buffer: Buffer) =>
      page
        .locator('input[aria-label*="for \\"Model\\""]')
        .setInputFiles([{ name, mimeType: 'application/octet-stream', buffer }]);
    const alert = page.locator('[role="alert"], .toast').last();
    await give('cut.safetensors', readFileSync(file).subarray(0, 100_000));
    await expect.poll(() => alert.textContent()).toMatch(/cut\.safetensors is cut off/);
    await give('noise.safetensors', Buffer.alloc(5000, 7));
    await expect.poll(() => alert.textContent()).toMatch(/noise\.safetensors does not look like safetensors/);
    expect(await page.getByRole('combobox', { name: 'Model' }).first().inputValue()).toBe('mini-clean');
    expect((await effectOf(HEAL)).farRms).toBeLessThan(1);
  });
});

describe('a model of a hub', () => {
  const manifest = parseManifest(
    JSON.parse(readFileSync(new URL('../../models/sd1.json', import.meta.url), 'utf8')),
  ) as ModelManifest & { hub: { repository: string } };
  const { path } = manifest.files[0];
  let hub: StandIn;

  beforeAll(async () => {
    hub = await openStandIn({
      [`${manifest.hub.repository}/${path}`]: zeroFullSize(parseConfig(manifest.config)),
    });
  });
  beforeEach(() => {
    hub.reset();
    hub.faults.rate = 4e6;
  });
  afterAll(() => hub?.close());

  const link = () => `${BASE}&model=sd1&hub=${encodeURIComponent(hub.url)}`;
  const downloads = () => page.getByRole('list', { name: 'Downloads' });

  test('that a link asks for is offered, not downloaded unasked', async () => {
    await open(link());
    const offer = page.getByRole('complementary', { name: 'A model to download' });
    await expect.poll(() => offer.textContent()).toContain('167 MB');
    expect(hub.asked).toEqual([]);
    // Something else is open meanwhile, and the link still asks for the same.
    expect((await effectOf(HEAL)).farRms).toBeGreaterThan(0);
    expect(page.url()).toContain('model=sd1');
    await offer.getByRole('button', { name: 'Not now' }).click();
    await expect.poll(() => offer.count()).toBe(0);
    expect(hub.asked).toEqual([]);
  });

  test('tells how far its download is, is paused, goes on, and is given up with its bytes kept', async () => {
    await open(link());
    await page.getByRole('button', { name: 'Download and open' }).click();
    const words = () => downloads().textContent();
    await expect.poll(words, { timeout: 20_000 }).toMatch(/\d+ of 167 MB, .*MB\/s, .*left/);
    await downloads().getByRole('button', { name: 'Pause' }).click();
    await expect.poll(words, { timeout: 20_000 }).toContain('paused');
    const sent = () => hub.served.reduce((sum, each) => sum + each.sent, 0);
    await page.waitForTimeout(500);
    const before = sent();
    await page.waitForTimeout(700);
    expect(sent()).toBe(before);
    await downloads().getByRole('button', { name: 'Continue' }).click();
    await expect.poll(sent).toBeGreaterThan(before + 1e6);
    await downloads().getByRole('button', { name: 'Cancel' }).click();
    const given = page.locator('.toast', { hasText: 'was given up' });
    await expect.poll(() => given.textContent()).toMatch(/\d+ of 167 MB are kept/);
    await expect.poll(() => downloads().getByRole('listitem').count()).toBe(0);
    // What was open before is still there.
    expect((await effectOf(HEAL)).farRms).toBeGreaterThan(0);

    await page.reload();
    await page.evaluate(() => (document.querySelector('latent-inspector') as LatentInspectorElement).ready);
    await page.getByTitle('About the models').click();
    const stored = page.getByRole('region', { name: 'Stored on this computer' }).first();
    await expect.poll(() => stored.textContent()).toMatch(/\d+ of 167 MB/);
    await stored.getByRole('button', { name: /^Delete/ }).click();
    await expect.poll(() => stored.textContent()).toContain('Nothing yet');
    expect(complaints).toEqual([]);
  });

  test('goes on in memory where the disk is full, which the browser did not foresee, and says so', async () => {
    await open(link());
    const cdp = await context.newCDPSession(page);
    const { origin } = new URL(built.url);
    await cdp.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 8e6 });
    await page.getByRole('button', { name: 'Download and open' }).click();
    const notice = page.locator('.toast-notice', { hasText: 'There is no more room on this device' });
    await expect.poll(() => notice.textContent(), { timeout: 20_000 }).toMatch(/\d MB of 167 MB are kept/);
    const sent = () => hub.served.reduce((sum, each) => sum + each.sent, 0);
    await expect.poll(sent).toBeGreaterThan(12e6);
    await downloads().getByRole('button', { name: 'Cancel' }).click();
    expect(complaints).toEqual([]);
  });

  test('that is not what it should be is refused, and a hub that is not there is named', async () => {
    hub.faults.rate = null;
    // In the number that says how long the header is.
    hub.faults.wrongByte = 5;
    await open(link());
    await page.getByRole('button', { name: 'Download and open' }).click();
    const alert = page.locator('[role="alert"]').last();
    await expect.poll(() => alert.textContent(), { timeout: 30_000 }).toMatch(/header/);

    hub.faults.missing = new Set([manifest.hub.revision, 'main']);
    await open(link());
    await page.getByRole('button', { name: 'Download and open' }).click();
    await expect.poll(() => alert.textContent(), { timeout: 30_000 }).toContain('no file');
    expect((await effectOf(HEAL)).farRms).toBeGreaterThan(0);
  });
});
