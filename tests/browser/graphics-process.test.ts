/** The built page in a browser whose graphics process is killed: everything that was drawn is drawn again. */
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LatentInspectorElement } from '@/element/embed';
import { UNCHECKED_OPTIONS } from '../chromium';
import { type BuiltPage, openBuilt } from './built';
import { type KillableBrowser, launchKillable } from './processes';

const LINK = '?model=mini-planted&size=256&backend=wasm&cell=3,4';

let built: BuiltPage;
let killable: KillableBrowser;

beforeAll(async () => {
  [built, killable] = await Promise.all([openBuilt(), launchKillable(UNCHECKED_OPTIONS)]);
});

afterAll(async () => {
  await killable?.close();
  await built?.close();
});

/** A sum over the pixels of each canvas that is seen. */
const drawn = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelector('latent-inspector')!.shadowRoot!.querySelectorAll('canvas')]
      .filter((canvas) => !canvas.hidden && canvas.width > 1)
      .map((canvas) => {
        const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
        return data.reduce((sum, value, at) => (sum * 31 + value * ((at % 7) + 1)) % 1_000_003, 0);
      }),
  );

test('a killed graphics process leaves no pane blank while WebAssembly computes', async () => {
  const page = await killable.browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(built.url + LINK);
  await page.evaluate(async () => {
    const element = document.querySelector('latent-inspector') as LatentInspectorElement;
    await element.ready;
    element.edits = [{ cell: { row: 3, col: 4 }, kind: 'zero' }];
    await element.effect();
  });
  await page.waitForTimeout(500);
  const before = await drawn(page);
  expect(before.length).toBeGreaterThanOrEqual(3);
  expect(before).not.toContain(0);
  await page.evaluate(() => {
    const canvas = document.querySelector('latent-inspector')!.shadowRoot!.querySelector('canvas')!;
    Object.assign(window, { emptied: false });
    canvas.addEventListener('contextlost', () => Object.assign(window, { emptied: true }));
  });
  killable.killGraphics();
  await page.waitForFunction(() => (window as unknown as { emptied: boolean }).emptied);
  await expect.poll(() => drawn(page), { timeout: 30_000 }).toEqual(before);
  await page.close();
});

test('WebGPU that was lost with it is tried again once nothing is computed, one time', async () => {
  const page = await killable.browser.newPage({ viewport: { width: 1280, height: 900 } });
  // Minutes pass in a moment.
  await page.clock.install();
  await page.goto(built.url + LINK.replace('backend=wasm', 'backend=webgpu'));
  const effect = (col: number) =>
    page.evaluate(async (at) => {
      const element = document.querySelector('latent-inspector') as LatentInspectorElement;
      await element.ready;
      element.edits = [{ cell: { row: 3, col: at }, kind: 'zero' }];
      return (await element.effect()).farRms;
    }, col);
  const chip = page.locator('latent-inspector header .chip');
  const backend = (words: RegExp) =>
    expect.poll(() => chip.textContent(), { timeout: 60_000 }).toMatch(words);
  // In software it takes minutes over a network: it is lost as soon as it has begun, and WebAssembly ends what it began.
  await backend(/^WebGPU/);
  killable.killGraphics();
  const before = await effect(4);
  await backend(/CPU/);
  await page.clock.fastForward(90_000);
  await page.getByText('WebGPU, which was lost, was tried again and works.').waitFor({ timeout: 120_000 });
  await backend(/^WebGPU/);

  killable.killGraphics();
  expect(await effect(4)).toBe(before);
  await backend(/CPU/);
  let started = 0;
  page.on('worker', () => (started += 1));
  await page.clock.fastForward(600_000);
  await page.waitForTimeout(1000);
  expect(started).toBe(0);
  await page.close();
});
