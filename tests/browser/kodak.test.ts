/**
 * The whole way, as a visitor goes it: a photograph is chosen, a cell is selected with the keyboard and healed, and what
 * the page then shows is compared with the same thing computed outside the page (see reference.ts).
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LatentInspectorElement } from '@/element/embed';
import type { AutoencoderKL } from '@/vae/autoencoder';
import { type BuiltPage, openBuilt } from './built';
import * as reference from './reference';

const MODEL = 'mini-planted';
const SIZE = 256;
const SIDE = SIZE / 8;
const RADIUS = 4;
const PHOTOGRAPH = resolve('../shared/photos/kodak/kodim07.png');

const there = existsSync(PHOTOGRAPH);
if (!there) console.info('Skipped: the test photographs (../shared/photos/kodak) are not there.');

/** Reads what the page holds after the visitor's steps, as numbers. */
async function readPage(page: Page) {
  return page.evaluate(async () => {
    const element = document.querySelector('latent-inspector') as LatentInspectorElement;
    const effect = await element.effect();
    const posterior = await element.posterior();
    const edited = await element.decoded('edited');
    const base = await element.decoded('base');
    const canvas = element.shadowRoot!.querySelector<HTMLCanvasElement>('[data-pane="picture"] canvas')!;
    const shown = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    return {
      effect,
      channels: posterior.channels,
      mean: posterior.mean,
      rawLogvar: posterior.rawLogvar,
      base: base.data,
      edited: edited.data,
      picture: shown.data,
      edits: structuredClone(element.edits),
      sentence: element.shadowRoot!.querySelector('[aria-live="polite"]')!.textContent!,
    };
  });
}

describe.skipIf(!there)('a photograph, taken the whole way', () => {
  let built: BuiltPage;
  let page: Page;
  let vae: AutoencoderKL;
  let seen: Awaited<ReturnType<typeof readPage>>;

  beforeAll(async () => {
    [built, vae] = await Promise.all([openBuilt(), reference.loadReference(MODEL)]);
    page = await built.browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(`${built.url}?model=${MODEL}&size=${SIZE}&backend=wasm`);
    await page.evaluate(() => (document.querySelector('latent-inspector') as LatentInspectorElement).ready);

    const opened = page.evaluate(
      () =>
        new Promise((done) =>
          document.querySelector('latent-inspector')!.addEventListener('posterior', done, { once: true }),
        ),
    );
    await page.getByLabel('Choose image').setInputFiles(PHOTOGRAPH);
    await opened;

    // To the planted cell by the keyboard: home to the corner, then one right, one down.
    const grid = page.getByRole('grid', { name: 'Latent cells' });
    await grid.focus();
    for (let step = 0; step < SIDE; step++) await page.keyboard.press('ArrowUp');
    for (let step = 0; step < SIDE; step++) await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await page.getByRole('button', { name: 'Heal', exact: true }).click();
    seen = await readPage(page);
  });

  afterAll(async () => {
    await built?.close();
  });

  test('the edit is the one that was made', () => {
    expect(seen.edits).toMatchObject([{ kind: 'heal', cell: { row: 1, col: 1 } }]);
  });

  test('the fitted picture is the middle of the photograph, scaled', async () => {
    // The browser's own scaler as the second opinion: no sample may be far off, the mean must be close.
    const own = await page.evaluate(
      async ({ address, size }) => {
        const photograph = await createImageBitmap(await (await fetch(address)).blob());
        const side = Math.min(photograph.width, photograph.height);
        const x = (photograph.width - side) / 2;
        const y = (photograph.height - side) / 2;
        const canvas = new OffscreenCanvas(size, size);
        const context = canvas.getContext('2d')!;
        context.imageSmoothingQuality = 'high';
        context.drawImage(photograph, x, y, side, side, 0, 0, size, size);
        return Array.from(context.getImageData(0, 0, size, size).data);
      },
      { address: `data:image/png;base64,${readFileSync(PHOTOGRAPH, 'base64')}`, size: SIZE },
    );
    expect(seen.picture.length).toBe(own.length);
    const difference =
      own.reduce((sum, value, at) => sum + Math.abs(value - seen.picture[at]), 0) / own.length;
    expect(difference).toBeLessThan(3);
  });

  test('the posterior is that of the network', () => {
    const own = reference.encodePixels(vae, seen.picture, SIZE);
    for (const [shown, computed] of [
      [seen.mean, own.mean],
      [seen.rawLogvar, own.rawLogvar],
    ] as const) {
      const peak = computed.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const off = computed.reduce((most, value, at) => Math.max(most, Math.abs(value - shown[at])), 0);
      expect(off).toBeLessThan(1e-4 * peak);
    }
  });

  test('the decoded pictures, the effect and its control are those of the definitions', () => {
    const { channels } = seen;
    const cell = { row: 1, col: 1 };
    const healed = reference.healedValues(seen.mean, SIDE, channels, cell);
    const at = (cell.row * SIDE + cell.col) * channels;
    const poked = [...seen.mean];
    poked.splice(at, channels, ...healed);

    const control = reference.matchedCell(seen.mean, SIDE, channels, cell, RADIUS);
    expect(seen.effect.control.cell).toEqual(control);
    const moved = [...seen.mean];
    for (let c = 0; c < channels; c++) {
      moved[(control.row * SIDE + control.col) * channels + c] += healed[c] - seen.mean[at + c];
    }

    const base = reference.decodeLevels(vae, seen.mean, SIDE, channels);
    const edited = reference.decodeLevels(vae, poked, SIDE, channels);
    const controlled = reference.decodeLevels(vae, moved, SIDE, channels);
    for (const [pixels, levels] of [
      [seen.base, base],
      [seen.edited, edited],
    ] as const) {
      const off = levels.reduce(
        (most, level, index) =>
          Math.max(most, Math.abs(level - pixels[4 * Math.floor(index / 3) + (index % 3)])),
        0,
      );
      // Half a level of rounding, and a little for the order of additions.
      expect(off).toBeLessThan(0.55);
    }

    const own = reference.measure(base, edited, SIZE, cell, RADIUS);
    const ordinary = reference.measure(base, controlled, SIZE, control, RADIUS);
    for (const [shown, computed] of [
      [seen.effect, own],
      [seen.effect.control, ordinary],
    ]) {
      expect(shown.nearRms).toBeCloseTo(computed.nearRms, 2);
      expect(shown.farRms).toBeCloseTo(computed.farRms, 2);
      expect(shown.farShare).toBeCloseTo(computed.farShare, 2);
      expect(shown.farPsnr).toBeCloseTo(computed.farPsnr, 1);
      expect(shown.farChanged).toBeCloseTo(computed.farChanged, 2);
      for (const c of [0, 1, 2]) expect(shown.farShift[c]).toBeCloseTo(computed.farShift[c], 2);
    }
    expect(seen.effect.ratio).toBeCloseTo(own.farRms / ordinary.farRms, 0);
    // The planted cell carries the look of the whole picture; the page has to show it.
    expect(own.farRms).toBeGreaterThan(3);
    expect(seen.effect.ratio).toBeGreaterThan(10);
  });

  test('the sentence says these numbers', () => {
    expect(seen.sentence).toContain('far picture');
    expect(seen.sentence).toContain(
      String(Number(seen.effect.farRms.toFixed(seen.effect.farRms >= 9.95 ? 0 : 1))),
    );
  });
});
