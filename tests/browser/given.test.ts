/** Tests of visitors' own files in the built page: never a blank page, never a false state, never two of one name. */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LatentInspectorElement } from '@/element/embed';
import { writeNpy } from '@/formats/latent/npy';
import { writeSafetensors } from '@/models/files/safetensors';
import { type BuiltPage, openBuilt } from './built';

const LINK = '?model=mini-emergent&size=256&backend=wasm';
const CASES = new URL('../cases/', import.meta.url);

let built: BuiltPage;
let page: Page;
const uncaught: string[] = [];

const text = () => page.evaluate(() => document.querySelector('latent-inspector')!.shadowRoot!.textContent);
const says = (pattern: RegExp) => expect.poll(text, { timeout: 60_000 }).toMatch(pattern);
const ready = () =>
  page.evaluate(() => (document.querySelector('latent-inspector') as LatentInspectorElement).ready);

interface Bytes {
  name: string;
  bytes: Uint8Array;
}

/** Gives files to the page as if they were dropped on it, or pasted. */
function give(how: 'drop' | 'paste', ...files: Bytes[]): Promise<void> {
  const plain = files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString('base64') }));
  return page.evaluate(
    ({ plain, how }) => {
      const data = new DataTransfer();
      for (const { name, base64 } of plain) {
        data.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name));
      }
      const options = { bubbles: true, cancelable: true, composed: true };
      document.body.dispatchEvent(
        how === 'drop'
          ? new DragEvent('drop', { ...options, dataTransfer: data })
          : new ClipboardEvent('paste', { ...options, clipboardData: data }),
      );
    },
    { plain, how },
  );
}

/** Drops what lies on the disk, folders too, as a hand would. */
async function dropPaths(...paths: string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: paths, dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: 400, y: 400, data });
  }
  await session.detach();
}

const dismissAll = async () => {
  for (;;) {
    const button = page.getByRole('button', { name: 'Dismiss' }).first();
    if (!(await button.isVisible())) return;
    await button.click();
  }
};

beforeAll(async () => {
  built = await openBuilt();
  page = await built.browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.on('pageerror', (error) => uncaught.push(error.message));
  await page.goto(built.url + LINK);
  await ready();
});

afterAll(async () => {
  await built?.close();
});

describe('a latent with a number that no decoder can use', () => {
  const spoiled = (value: number) => {
    const data = Float32Array.from({ length: 4 * 32 * 32 }, (_, at) => Math.sin(at));
    data[1234] = value;
    return { shape: [1, 4, 32, 32], data };
  };
  const npy = (value: number) => writeNpy(spoiled(value)) as Uint8Array<ArrayBuffer>;
  const FILES: [what: string, file: () => Bytes, pattern: RegExp][] = [
    [
      'NaN in .npy',
      () => ({ name: 'a.npy', bytes: readFileSync(new URL('nan-latent-blanks-page/npy-nan.npy', CASES)) }),
      /a\.npy holds the number NaN/,
    ],
    [
      'NaN in .latent',
      () => ({
        name: 'b.latent',
        bytes: readFileSync(new URL('nan-latent-blanks-page/nan-comfy.latent', CASES)),
      }),
      /b\.latent holds the number NaN/,
    ],
    ['infinity', () => ({ name: 'c.npy', bytes: npy(Infinity) }), /c\.npy holds the number Infinity/],
    ['a huge number', () => ({ name: 'd.npy', bytes: npy(-3e6) }), /d\.npy holds the number -3000000/],
    [
      'safetensors without a mark',
      () => ({
        name: 'e.safetensors',
        bytes: new Uint8Array(writeSafetensors(new Map([['latent', spoiled(Number.NaN)]]))),
      }),
      /e\.safetensors holds the number NaN/,
    ],
  ];

  test.each(FILES)('%s is refused in words, dropped or pasted', async (_, file, pattern) => {
    for (const how of ['drop', 'paste'] as const) {
      await dismissAll();
      await give(how, file());
      await says(pattern);
      expect(await page.locator('.pane').count()).toBe(3);
    }
  });

  test('and so is one that a script gives, to the script and on the page', async () => {
    await dismissAll();
    const message = await page.evaluate(() => {
      const element = document.querySelector('latent-inspector') as LatentInspectorElement;
      const data = new Float32Array(4 * 8 * 8).fill(Number.NaN);
      return element.setLatent({ rows: 8, cols: 8, channels: 4, data }, 'made').then(
        () => null,
        (error: Error) => error.message,
      );
    });
    expect(message).toMatch(/^made holds the number NaN/);
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('made holds the number NaN');
    await dismissAll();
    expect(uncaught).toEqual([]);
  });
});

describe('what is given while something is asked', () => {
  const latent = () => ({
    name: 'asked.npy',
    bytes: writeNpy({
      shape: [1, 4, 32, 32],
      data: Float32Array.from({ length: 4096 }, (_, at) => Math.sin(at)),
    }) as Uint8Array<ArrayBuffer>,
  });
  const question = () => page.getByRole('dialog', { name: /^Open the latent/ });

  test('takes the place of the question, and what is said of it can be read and dismissed', async () => {
    await give('drop', latent());
    await question().waitFor();
    await give('drop', { name: 'note.txt', bytes: new TextEncoder().encode('nothing to open here') });
    await says(/note\.txt is a text\..*asked\.npy was not opened: its question was not answered\./);
    expect(await question().count()).toBe(0);
    await dismissAll();
  });

  test('and a second latent asks its own question; a picture is opened', async () => {
    await give('drop', latent());
    await question().waitFor();
    await give('drop', { ...latent(), name: 'second.npy' });
    await page.getByRole('dialog', { name: 'Open the latent second.npy' }).waitFor();
    expect(await question().count()).toBe(1);
    await give('drop', {
      name: 'photo.jpg',
      bytes: readFileSync(new URL('picture-without-extension/photo', CASES)),
    });
    await expect.poll(() => page.getByRole('img', { name: 'Your picture, photo.jpg' }).count()).toBe(1);
    expect(await question().count()).toBe(0);
    await dismissAll();
  });

  test('in another dialog what is said stands in it, and can be dismissed there', async () => {
    await page.getByRole('button', { name: 'Share and export' }).click();
    const sharing = page.getByRole('dialog', { name: 'Share and export' });
    await give('drop', { name: 'note.txt', bytes: new TextEncoder().encode('nothing to open here') });
    await sharing.getByText('note.txt is a text.').waitFor();
    await sharing.getByRole('button', { name: 'Dismiss' }).click();
    expect(await page.locator('.toast').count()).toBe(0);
    await sharing.getByRole('button', { name: 'Close' }).click();
    expect(uncaught).toEqual([]);
  });
});

describe('a fault in the page itself', () => {
  test('in a handler of an event is said, and the page works on', async () => {
    await page.evaluate(() => setTimeout(() => (null as unknown as { x(): void }).x()));
    await says(/Something went wrong.*TypeError.*edits are kept/);
    await page.evaluate(() => void Promise.reject(new Error('nobody waits')));
    await says(/Error: nobody waits/);
    // What lies under the message at the page's end can be scrolled out from under it.
    const room = () =>
      page.evaluate(() => {
        window.scrollTo(0, document.documentElement.scrollHeight);
        const root = document.querySelector('latent-inspector')!.shadowRoot!;
        const end = root.querySelector('.experiments')!.getBoundingClientRect().bottom;
        const toasts = root.querySelector('.toasts')!.getBoundingClientRect();
        return { free: toasts.top - end, height: toasts.height, page: document.body.scrollHeight };
      });
    const covered = await room();
    expect(covered.height).toBeGreaterThan(50);
    expect(covered.free).toBeGreaterThanOrEqual(0);
    await dismissAll();
    await expect.poll(async () => (await room()).page).toBeLessThan(covered.page - 50);
    await page.evaluate(() => window.scrollTo(0, 0));
    uncaught.length = 0;
  });

  test('while it is drawn costs a part of it, and comes back', async () => {
    await page.evaluate(() => {
      const { prototype } = Number as unknown as { prototype: { toFixed(digits?: number): string } };
      const { toFixed } = prototype;
      prototype.toFixed = () => {
        throw new Error('no digits');
      };
      Object.assign(window, { mend: () => Object.assign(prototype, { toFixed }) });
      (document.querySelector('latent-inspector') as LatentInspectorElement).edits = [
        { kind: 'heal', cell: { row: 2, col: 2 } },
      ];
    });
    await says(/The selected cell could not be shown\..*no digits/);
    expect(await page.locator('.pane-picture canvas').count()).toBe(1);
    expect(await page.getByRole('combobox', { name: 'Model', exact: true }).count()).toBe(1);
    await page.evaluate(() => (window as unknown as { mend(): void }).mend());
    await page.getByRole('button', { name: 'Undo' }).first().click();
    await expect.poll(() => page.locator('.broken').count()).toBe(0);
    uncaught.length = 0;
    await dismissAll();
  });
});

describe('a photograph of twelve megapixels', () => {
  /** Drops one that is made in the page, and returns what the status line said from then on until all is there. */
  const statuses = (name: string) =>
    page.evaluate(async (name) => {
      const canvas = new OffscreenCanvas(4032, 3024);
      const context = canvas.getContext('2d')!;
      const gradient = context.createLinearGradient(0, 0, 4032, 3024);
      gradient.addColorStop(0, 'tomato');
      gradient.addColorStop(1, 'navy');
      context.fillStyle = gradient;
      context.fillRect(0, 0, 4032, 3024);
      const file = new File([await canvas.convertToBlob({ type: 'image/jpeg' })], name);
      const element = document.querySelector('latent-inspector') as LatentInspectorElement;
      const line = element.shadowRoot!.querySelector('.status')!;
      const seen: string[] = [];
      const observer = new MutationObserver(() => {
        const said = line.querySelector('.status-words')?.textContent ?? '';
        if (said !== seen.at(-1)) seen.push(said);
      });
      observer.observe(line, { subtree: true, childList: true, characterData: true });
      const data = new DataTransfer();
      data.items.add(file);
      const open = new Promise((resolve) => {
        const look = () => {
          const shown = element.shadowRoot!.querySelector('.pane-picture [role="img"]')?.ariaLabel ?? '';
          if (shown.includes(name) && !line.querySelector('.progress')) resolve(null);
          else setTimeout(look, 50);
        };
        setTimeout(look, 300);
      });
      document.body.dispatchEvent(
        new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }),
      );
      await open;
      observer.disconnect();
      return seen;
    }, name);

  test('is resampled once, with how far that is, and nothing false is said meanwhile', async () => {
    const seen = await statuses('IMG_0001');
    const steps = seen
      .map((said) => /^Resampling the picture, 4032 \u00d7 3024 to 256 \u00d7 256, (\d+) %/.exec(said)?.[1])
      .filter((step) => step !== undefined)
      .map(Number);
    expect(steps.length).toBeGreaterThan(1);
    // Once: it never begins anew.
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    for (const said of seen) expect(said).not.toMatch(/not encoded|Nothing is open|Choose a picture/);
    const idle = /Each square|Hold Space|Your turn/;
    expect(seen.slice(0, -1).filter((said) => idle.test(said))).toEqual([]);
  });
});

describe('files that do not say by their names what they are', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'latent-inspector-'));
    cpSync(new URL('picture-without-extension/photo', CASES), join(folder, 'photo'));
    for (const name of ['10', '9']) cpSync(join(folder, 'photo'), join(folder, 'trip', name));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('a JPEG without an ending is a picture; of a folder of them the first is opened, and that is said', async () => {
    await dropPaths(join(folder, 'photo'));
    await expect.poll(() => page.getByRole('img', { name: 'Your picture, photo' }).count()).toBe(1);
    await dropPaths(join(folder, 'trip'));
    await says(/The folder trip holds 2 pictures: trip\/9, the first, is opened\./);
    await expect.poll(() => page.getByRole('img', { name: 'Your picture, 9' }).count()).toBe(1);
  });
});
