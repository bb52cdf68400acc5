/**
 * The built page in Firefox and in WebKitGTK: it starts, says truly on what, and does a visitor's main work with Chromium's
 * numbers. What Chromium is held against stands in kodak.test.ts.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LatentInspectorElement } from '@/element/embed';
import { type BuiltPage, openBuilt } from '../browser/built';
import { OTHER_BROWSERS } from './drivers/installed';
import { type BrowserSession, KEYS } from './drivers/session';

const SCREENS = 'tests/output/screens';
const PICTURE = resolve('public/pictures/room.webp');
const LINK = '?model=mini-planted&size=256&cell=1,1';

/** Numbers that the page holds. */
interface Numbers {
  mean: number[];
  rawLogvar: number[];
  base: number[];
  edited: number[];
  farRms: number;
  controlFarRms: number;
  influence: number[];
}

/** Runs in the page: heals the planted cell and reads everything. */
async function readNumbers(): Promise<Numbers> {
  const element = document.querySelector('latent-inspector') as LatentInspectorElement;
  await element.ready;
  element.edits = [{ cell: { row: 1, col: 1 }, kind: 'heal' }];
  const effect = await element.effect();
  const posterior = await element.posterior();
  const base = await element.decoded('base');
  const edited = await element.decoded('edited');
  const { influence } = await element.experiment('influence');
  return {
    mean: Array.from(posterior.mean),
    rawLogvar: Array.from(posterior.rawLogvar),
    base: Array.from(base.data),
    edited: Array.from(edited.data),
    farRms: effect.farRms,
    controlFarRms: effect.control.farRms,
    influence: Array.from(influence),
  };
}

/** Largest difference as a share of the largest value. */
function relative(values: readonly number[], expected: readonly number[]): number {
  expect(values).toHaveLength(expected.length);
  let error = 0;
  let largest = 0;
  for (const [at, value] of values.entries()) {
    error = Math.max(
      error,
      Number.isFinite(value) ? Math.abs(value - expected[at]) : Number.POSITIVE_INFINITY,
    );
    largest = Math.max(largest, Math.abs(expected[at]));
  }
  return error / largest;
}

const fileInput = () =>
  document
    .querySelector('latent-inspector')!
    .shadowRoot!.querySelector<HTMLInputElement>('input[type="file"]');

let built: BuiltPage;
/** Chromium's numbers of PICTURE. */
let expected: Numbers;

beforeAll(async () => {
  mkdirSync(SCREENS, { recursive: true });
  built = await openBuilt();
  const page = await built.browser.newPage();
  await page.goto(`${built.url}${LINK}&backend=wasm`);
  await page.evaluate(() => (document.querySelector('latent-inspector') as LatentInspectorElement).ready);
  const encoded = page.evaluate(
    () =>
      new Promise((done) =>
        document
          .querySelector('latent-inspector')!
          .addEventListener('posterior', () => done(null), { once: true }),
      ),
  );
  await page.locator('latent-inspector input[type="file"]').first().setInputFiles(PICTURE);
  await encoded;
  expected = await page.evaluate(readNumbers);
  await page.close();
});

afterAll(() => built?.close());

for (const browser of OTHER_BROWSERS) {
  if (browser.missing)
    console.info(`Skipped: the page in ${browser.name}, for here is no ${browser.missing}.`);
  describe.skipIf(browser.missing)(browser.name, () => {
    let session: BrowserSession;
    beforeAll(async () => {
      session = await browser.launch();
      await session.resize(1280, 900);
      await session.goto(`${built.url}${LINK}`);
    });
    afterAll(() => session?.close());

    test('starts in WebAssembly and says why', async () => {
      await session.evaluate(
        () => (document.querySelector('latent-inspector') as LatentInspectorElement).ready,
      );
      const { text, threads } = await session.evaluate(() => {
        const root = document.querySelector('latent-inspector')!.shadowRoot!;
        return { text: root.querySelector('header')!.textContent!, threads: typeof SharedArrayBuffer };
      });
      expect(text).toMatch(threads === 'undefined' ? /CPU, 1 thread/ : /CPU, \d+ threads?/);
    });

    test('does the main work on a photograph with the numbers of Chromium', async () => {
      await session.evaluate(() => {
        const element = document.querySelector('latent-inspector')!;
        (window as unknown as { encoded: Promise<void> }).encoded = new Promise((done) =>
          element.addEventListener('posterior', () => done(), { once: true }),
        );
      });
      await session.type(fileInput, PICTURE);
      await session.evaluate(() => (window as unknown as { encoded: Promise<void> }).encoded);
      const found = await session.evaluate(readNumbers);
      for (const key of ['mean', 'rawLogvar', 'influence'] as const) {
        expect(relative(found[key], expected[key]), key).toBeLessThan(1e-4);
      }
      // Pictures are rounded to levels: one of 255 may tip over.
      for (const key of ['base', 'edited'] as const) {
        expect(relative(found[key], expected[key]), key).toBeLessThanOrEqual(1 / 255);
      }
      for (const key of ['farRms', 'controlFarRms'] as const) {
        expect(Math.abs(found[key] - expected[key]) / expected[key], key).toBeLessThan(1e-3);
      }
      writeFileSync(`${SCREENS}/${browser.name}-wide.png`, await session.screenshot());
    });

    test('is worked by keys', async () => {
      await session.evaluate(() => {
        const element = document.querySelector('latent-inspector') as LatentInspectorElement;
        element.edits = [];
        element.shadowRoot!.querySelector<HTMLElement>('[role="grid"]')!.focus();
      });
      await session.press(KEYS.Right, KEYS.Down, KEYS.Enter);
      const { edits, said } = await session.evaluate(async () => {
        const element = document.querySelector('latent-inspector') as LatentInspectorElement;
        const edits = structuredClone([...element.edits]);
        await element.effect();
        await new Promise((resolve) => setTimeout(resolve, 1000));
        return { edits, said: element.shadowRoot!.querySelector('[aria-live="polite"]')!.textContent! };
      });
      expect(edits.map(({ cell }) => cell)).toEqual([{ row: 2, col: 2 }]);
      expect(said).toMatch(/^Row 2, column 2, /);
    });

    test('opens a picture that is dropped', async () => {
      const bytes = [...readFileSync(resolve('public/pictures/chart-small.webp'))];
      const name = await session.evaluate(async (bytes) => {
        const element = document.querySelector('latent-inspector')!;
        const data = new DataTransfer();
        data.items.add(new File([Uint8Array.from(bytes)], 'dropped.webp', { type: 'image/webp' }));
        const encoded = new Promise((done) => element.addEventListener('posterior', done, { once: true }));
        for (const type of ['dragenter', 'dragover', 'drop']) {
          const event = new DragEvent(type, {
            bubbles: true,
            composed: true,
            cancelable: true,
            dataTransfer: data,
          });
          element.shadowRoot!.querySelector('main, .app, div')!.dispatchEvent(event);
        }
        await encoded;
        return element.shadowRoot!.querySelector('[data-pane="picture"]')!.textContent;
      }, bytes);
      expect(name).toContain('dropped.webp');
    });
  });
}
