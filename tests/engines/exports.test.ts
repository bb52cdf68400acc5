/** Tests of what visitors save, in Firefox and in WebKitGTK: a latent, a picture, the numbers of an experiment. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode as decodePng } from 'fast-png';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LatentInspectorElement } from '@/element/embed';
import { readLatentFile } from '@/formats/latent/file';
import { arrange } from '@/formats/latent/shape';
import { type BuiltPage, openBuilt } from '../browser/built';
import { OTHER_BROWSERS } from './drivers/installed';
import type { BrowserSession } from './drivers/session';

const LINK = '?model=mini-planted&picture=room&size=256&cell=1,1&backend=wasm';

const SCREENS = 'tests/output/screens';
/** Sizes of JPEG files, as each browser saved them. */
const jpegs: number[][] = [];

interface Saved {
  name: string;
  bytes: number[];
}

/** Runs in the page: presses buttons, one after the other, and gives back the file that the last of them makes. */
async function save(...buttons: string[]): Promise<Saved> {
  const root = document.querySelector('latent-inspector')!.shadowRoot!;
  const until = async <T>(find: () => T | null | undefined): Promise<T> => {
    for (let time = 0; time < 600; time++) {
      const found = find();
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`There is no ${buttons.join(', ')}.`);
  };
  // The browser saves it as well: it is only looked at on the way.
  const blobs = new Map<string, Blob>();
  const { createObjectURL } = URL;
  const { click } = HTMLAnchorElement.prototype;
  URL.createObjectURL = (blob: Blob) => {
    const url = createObjectURL.call(URL, blob);
    blobs.set(url, blob);
    return url;
  };
  const saved = new Promise<Saved>((resolve) => {
    HTMLAnchorElement.prototype.click = function (this: HTMLAnchorElement) {
      void blobs
        .get(this.href)
        ?.arrayBuffer()
        .then((bytes) => resolve({ name: this.download, bytes: [...new Uint8Array(bytes)] }));
      click.call(this);
    };
  });
  for (const name of buttons) {
    const [group, label] = name.includes(' > ') ? name.split(' > ') : ['', name];
    const button = await until(() =>
      [...root.querySelectorAll('button')].find(
        (each) =>
          !each.disabled &&
          [each.textContent?.trim(), each.getAttribute('aria-label')].includes(label) &&
          each.closest(group ? `[aria-label="${group}"]` : '*'),
      ),
    );
    button.click();
  }
  const file = await saved;
  URL.createObjectURL = createObjectURL;
  HTMLAnchorElement.prototype.click = click;
  return file;
}

for (const browser of OTHER_BROWSERS) {
  describe.skipIf(browser.missing)(browser.name, () => {
    let built: BuiltPage;
    let session: BrowserSession;
    const folder = mkdtempSync(join(tmpdir(), 'downloads-'));

    beforeAll(async () => {
      mkdirSync(SCREENS, { recursive: true });
      built = await openBuilt();
      session = await browser.launch({
        'browser.download.folderList': 2,
        'browser.download.dir': folder,
        'browser.download.useDownloadDir': true,
        'browser.download.alwaysOpenPanel': false,
      });
      await session.resize(1280, 900);
      await session.goto(`${built.url}${LINK}`);
      await session.evaluate(async () => {
        const element = document.querySelector('latent-inspector') as LatentInspectorElement;
        await element.ready;
        element.edits = [{ cell: { row: 1, col: 1 }, kind: 'heal' }];
        await element.effect();
      });
    });
    afterAll(async () => {
      await Promise.all([session?.close(), built?.close()]);
      rmSync(folder, { recursive: true, force: true });
    });

    test('a latent, bit by bit', async () => {
      const { name, bytes } = await session.evaluate(save, 'Share and export', 'Save the latent > .npy');
      expect(name).toMatch(/^latent-inspector_latent-.*\.npy$/);
      const read = await readLatentFile(new Blob([Uint8Array.from(bytes)]), name);
      const latent = arrange(read, 'channels-first', name);
      const mean = await session.evaluate(async () => {
        const element = document.querySelector('latent-inspector') as LatentInspectorElement;
        return [...(await element.posterior()).mean];
      });
      // All but the healed cell is the mean itself.
      const healed = 4 * (latent.cols + 1);
      const different = [...latent.data.keys()].filter((at) => latent.data[at] !== Math.fround(mean[at]));
      expect(different.length).toBeGreaterThan(0);
      expect(different.every((at) => at >= healed && at < healed + 4)).toBe(true);
      if (browser.name === 'Firefox') {
        // The file that the browser wrote is the one that the page made.
        await expect.poll(() => readdirSync(folder)).toContain(name);
        await expect.poll(() => [...readFileSync(join(folder, name))]).toEqual(bytes);
      }
    });

    test('a picture with the pixels that are decoded', async () => {
      await session.evaluate(() => {
        const root = document.querySelector('latent-inspector')!.shadowRoot!;
        const box = [...root.querySelectorAll<HTMLInputElement>('dialog input[type="checkbox"]')].find(
          (each) => each.closest('label')?.textContent?.includes('with title and legend'),
        )!;
        if (box.checked) box.click();
      });
      const { bytes } = await session.evaluate(save, 'Save one pane > Decoded');
      const png = decodePng(Uint8Array.from(bytes));
      const edited = await session.evaluate(async () => {
        const element = document.querySelector('latent-inspector') as LatentInspectorElement;
        return [...(await element.decoded('edited')).data];
      });
      expect([png.width, png.height]).toEqual([256, 256]);
      const channels = png.channels;
      const wrong = [...Array(256 * 256).keys()].filter((at) =>
        [0, 1, 2].some((c) => png.data[channels * at + c] !== edited[4 * at + c]),
      );
      expect(wrong).toEqual([]);
    });

    test('the whole figure', async () => {
      const { name, bytes } = await session.evaluate(save, 'Save the whole figure > Whole figure');
      expect(name).toMatch(/figure.*\.png$/);
      const { width, height, data, channels } = decodePng(Uint8Array.from(bytes));
      expect(width).toBeGreaterThan(600);
      expect(new Set(data.filter((_, at) => at % channels === 0)).size).toBeGreaterThan(100);
      writeFileSync(`${SCREENS}/${browser.name}-figure.png`, Uint8Array.from(bytes));
      expect(height).toBeGreaterThan(200);
    });

    test('the numbers of an experiment, which count JPEG files by the same library', async () => {
      await session.evaluate(() => {
        const root = document.querySelector('latent-inspector')!.shadowRoot!;
        root.querySelector<HTMLDialogElement>('dialog[open]')?.close();
        [...root.querySelectorAll<HTMLButtonElement>('.experiments button')]
          .find(({ textContent }) => textContent?.includes('How many bits'))!
          .click();
      });
      const { name, bytes } = await session.evaluate(save, 'Count the bits', 'CSV');
      expect(name).toMatch(/\.csv$/);
      const text = Buffer.from(bytes).toString();
      const lines = [...text.matchAll(/^.*JPEG, quality.*$/gm)].map(([line]) => line);
      expect(lines).toHaveLength(6);
      console.info(lines.join('\n'));
      const numbers = lines.map((line) => Number(/,(\d+\.?\d*)/.exec(line.replace(/".*?"/g, ''))?.[1]));
      jpegs.push(numbers);
      // Pictures are decoded by the browser, and may differ by a level.
      for (const [at, number] of numbers.entries()) expect(number / jpegs[0][at]).toBeCloseTo(1, 2);
    });
  });
}
