/** Tests of what is taken from the built page and brought back: latents in every format, edits, figures, a sweep, links. */
import { readFileSync } from 'node:fs';
import { decode as decodePng } from 'fast-png';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyEdits, type Edit } from '@/edits';
import type { LatentInspectorElement } from '@/element/embed';
import { readLatentFile, writeLatentTensors } from '@/formats/latent/file';
import { toScaled, UNSCALED } from '@/formats/latent/scaling';
import { arrange } from '@/formats/latent/shape';
import type { Latent } from '@/latent/types';
import { type BuiltPage, openBuilt } from './built';

const VIEW = 'v=1&model=mini-emergent&picture=still-life&size=256&cell=3,4&e=heal@3,4';
const EDITS: Edit[] = [{ kind: 'heal', cell: { row: 3, col: 4 } }];
/** `scaling_factor` of the model. */
const SCALE = (
  JSON.parse(readFileSync('models/mini-emergent.json', 'utf8')) as { config: { scaling_factor: number } }
).config.scaling_factor;

let built: BuiltPage;
let page: Page;
const complaints: string[] = [];

async function open(hash: string): Promise<Page> {
  const opened = await built.browser.newPage({
    viewport: { width: 1280, height: 900 },
    acceptDownloads: true,
  });
  opened.on('pageerror', (error) => complaints.push(error.message));
  await opened.goto(`${built.url}?backend=wasm#${hash}`);
  await opened.evaluate(() => (document.querySelector('latent-inspector') as LatentInspectorElement).ready);
  return opened;
}

const decoded = (which: 'base' | 'edited') =>
  page.evaluate(async (name) => {
    const element = document.querySelector('latent-inspector') as LatentInspectorElement;
    // A typed array crosses to this process fifty times as fast as a list of numbers.
    return (await element.decoded(name)).data;
  }, which);

async function latentOf(of: Page): Promise<Latent> {
  const { rows, cols, channels, mean } = await of.evaluate(async () => {
    const element = document.querySelector('latent-inspector') as LatentInspectorElement;
    const posterior = await element.posterior();
    return { ...posterior };
  });
  return { rows, cols, channels, data: mean };
}

const bits = ({ data }: Latent) => new Uint32Array(data.buffer, data.byteOffset, data.length);

const share = () => page.getByRole('button', { name: 'Share and export' }).click();

/** Presses a button of the open dialog, and gives back the file that it makes. */
async function saved(group: string, button: string): Promise<{ path: string; name: string }> {
  const [download] = await Promise.all([
    page.waitForEvent('download', { timeout: 60_000 }),
    page.getByRole('group', { name: group }).getByRole('button', { name: button, exact: true }).click(),
  ]);
  return { path: await download.path(), name: download.suggestedFilename() };
}

/** Hands a file to the page as its visitors do, through the dialog; resolves when a latent was opened by it. */
async function give(of: Page, name: string, bytes: Buffer, asked?: { choose: string }): Promise<void> {
  const posterior = of.evaluate(
    () =>
      new Promise<void>((resolve) => {
        document
          .querySelector('latent-inspector')
          ?.addEventListener('posterior', () => resolve(), { once: true });
      }),
  );
  const mimeType = 'application/octet-stream';
  await of.getByLabel('Open a file', { exact: true }).setInputFiles({ name, mimeType, buffer: bytes });
  if (asked) {
    await of.getByRole('radio', { name: asked.choose }).check();
    await of.getByRole('button', { name: 'Open it' }).click();
  }
  await posterior;
  await of.evaluate(() =>
    (document.querySelector('latent-inspector') as LatentInspectorElement).decoded('base'),
  );
}

const notice = (of: Page) => of.locator('latent-inspector .toast-notice');

beforeAll(async () => {
  built = await openBuilt();
  page = await open(VIEW);
});

afterAll(async () => {
  await built?.close();
});

test('a latent leaves in three formats and comes back bit for bit, and decodes to the very same picture', async () => {
  const wanted = applyEdits(await latentOf(page), EDITS);
  const pixels = await decoded('edited');
  // The first is the edited latent of the picture; each of the others that which was opened before it.
  for (const { end, name, asked, says } of [
    {
      end: '.npy',
      name: /^latent-inspector_latent-edited_mini-emergent_still-life_256\.npy$/,
      asked: { choose: 'unscaled' },
      says: 'as you chose',
    },
    {
      end: '.safetensors',
      name: /^latent-inspector_latent-original_mini-emergent_latent-latent-.+_256\.safetensors$/,
      says: 'written by this page',
    },
    {
      end: '.latent',
      name: /^latent-inspector_latent-original_mini-emergent_latent-latent-.+_256\.latent$/,
      says: 'written by this page',
    },
  ]) {
    await share();
    const file = await saved('Save the latent', end);
    expect(file.name).toMatch(name);
    const bytes = readFileSync(file.path);
    const read = await readLatentFile(new Blob([bytes]), file.name);
    expect(bits(arrange(read, 'channels-first', file.name))).toEqual(bits(wanted));
    await give(page, file.name, bytes, asked);
    expect(bits(await latentOf(page))).toEqual(bits(wanted));
    expect(await decoded('base')).toEqual(pixels);
    expect(await notice(page).textContent()).toContain(says);
  }
});

test('a latent that is not square, scaled, opens at its own size; what it lacks is said', async () => {
  const own: Latent = {
    rows: 12,
    cols: 20,
    channels: 4,
    data: Float32Array.from({ length: 960 }, (_, at) => Math.sin(at)),
  };
  const scaling = { scale: SCALE, shift: 0 };
  const facts = {
    model: { id: 'a', name: 'A', sha256: null },
    picture: '',
    which: 'original',
    version: '0',
    scaling,
  };
  await share();
  await give(page, 'odd.safetensors', Buffer.from(writeLatentTensors(toScaled(own, scaling), facts)));
  const back = await latentOf(page);
  expect([back.rows, back.cols]).toEqual([12, 20]);
  back.data.forEach((value, at) => {
    expect(Math.abs(value - own.data[at])).toBeLessThan(1e-6);
  });
  expect((await decoded('base')).length).toBe(4 * 96 * 160);
  expect(await notice(page).textContent()).toContain(`divided by ${SCALE}`);
  await expect.poll(() => page.getByText('There is no picture.').isVisible()).toBe(true);
  await page.getByRole('button', { name: 'What is lost when spots are healed?' }).click();
  expect(await page.getByText('This needs the picture').isVisible()).toBe(true);

  const wide = { ...own, channels: 16, data: new Float32Array(16 * 240) };
  await share();
  const bytes = Buffer.from(writeLatentTensors(wide, { ...facts, scaling: UNSCALED }));
  await page
    .getByLabel('Open a file', { exact: true })
    .setInputFiles({ name: 'wide.safetensors', mimeType: 'application/octet-stream', buffer: bytes });
  await expect
    .poll(() => notice(page).allTextContents())
    .toEqual(
      expect.arrayContaining([
        expect.stringContaining('[1, 16, 12, 20], which is no latent of the open model'),
      ]),
    );
});

test('a link to a latent asks for its file, and then makes its edits in it', async () => {
  const bytes = writeLatentTensors(
    { rows: 12, cols: 20, channels: 4, data: new Float32Array(960).fill(0.5) },
    {
      model: { id: 'a', name: 'A', sha256: null },
      picture: '',
      which: 'original',
      version: '0',
      scaling: UNSCALED,
    },
  );
  const other = await open(
    'v=1&model=mini-emergent&picture=&size=256&cell=9,18&e=zero@9,18&latent=mine.safetensors',
  );
  const banner = other.getByRole('complementary', { name: 'What the link was made with' });
  expect(await banner.textContent()).toContain('a latent from the file mine.safetensors');
  await banner.locator('input').setInputFiles({
    name: 'mine.safetensors',
    mimeType: 'application/octet-stream',
    buffer: Buffer.from(bytes),
  });
  const edits = () =>
    other.evaluate(() =>
      structuredClone((document.querySelector('latent-inspector') as LatentInspectorElement).edits),
    );
  await expect.poll(edits).toEqual([{ kind: 'zero', cell: { row: 9, col: 18 } }]);
  expect(await banner.count()).toBe(0);
  expect(await notice(other).textContent()).toContain('Whether this is the same one was not checked');
  await other.close();
});

test('edits leave as JSON and come back exactly', async () => {
  const [row, col] = [1, 2];
  const own: Edit[] = [{ kind: 'add', cell: { row, col }, values: [1 / 3, -1e-7, 2, 0] }];
  await page.evaluate((edits) => {
    (document.querySelector('latent-inspector') as LatentInspectorElement).edits = edits;
  }, own);
  await share();
  const { path } = await saved('Save the edits', '.json');
  await page.evaluate(() => {
    (document.querySelector('latent-inspector') as LatentInspectorElement).edits = [];
  });
  await page
    .getByLabel('Open a file', { exact: true })
    .setInputFiles({ name: 'mine.json', mimeType: 'application/json', buffer: readFileSync(path) });
  await expect
    .poll(() =>
      page.evaluate(() =>
        structuredClone((document.querySelector('latent-inspector') as LatentInspectorElement).edits),
      ),
    )
    .toEqual(own);
});

test('the whole figure is a PNG of the size that its panes take, and shows them', async () => {
  await page.getByRole('button', { name: 'Still life' }).click();
  await page.evaluate(async () => {
    const element = document.querySelector('latent-inspector') as LatentInspectorElement;
    await element.decoded('base');
    element.edits = [{ kind: 'heal', cell: { row: 3, col: 4 } }];
    await element.effect();
  });
  await share();
  const { path, name } = await saved('Save the whole figure', 'Whole figure');
  expect(name).toBe('latent-inspector_figure_mini-emergent_still-life_256.png');
  const { width, height, data, channels } = decodePng(readFileSync(path));
  // Three maps of 360 units, two gaps of 24, margins of 20, two pixels a unit.
  expect(width).toBe(2 * (3 * 360 + 2 * 24 + 2 * 20));
  expect(height).toBeGreaterThan(2 * 400);
  const coloursIn = (from: number) => {
    const found = new Set<string>();
    for (let x = from + 20; x < from + 700; x += 3) {
      for (let y = 100; y < 740; y += 9) {
        found.add(data.subarray(channels * (y * width + x), channels * (y * width + x) + 3).join());
      }
    }
    return found.size;
  };
  for (const column of [0, 1, 2]) expect(coloursIn(40 + column * 768)).toBeGreaterThan(100);
  // On white, with words beneath.
  expect([...data.subarray(0, 3)]).toEqual([255, 255, 255]);
  const last = data.subarray(channels * width * (height - 200));
  expect(last.some((value) => value < 80)).toBe(true);
});

test('a bare pane has the pixels that the page shows', async () => {
  await page.getByRole('checkbox', { name: 'with title and legend' }).uncheck();
  const { data, width, height, channels } = decodePng(
    readFileSync((await saved('Save one pane', 'Decoded')).path),
  );
  expect([width, height]).toEqual([256, 256]);
  const shown = await decoded('edited');
  const at = (x: number, y: number) => y * 256 + x;
  for (const pixel of [at(0, 0), at(128, 40), at(255, 255)]) {
    expect([...data.subarray(channels * pixel, channels * pixel + 3)]).toEqual([
      ...shown.subarray(4 * pixel, 4 * pixel + 3),
    ]);
  }
  const latent = decodePng(readFileSync((await saved('Save one pane', 'Latent')).path));
  expect([latent.width, latent.height]).toEqual([512, 512]);
});

test('a sweep is a GIF with as many frames as were asked for, from no change to the whole of it', async () => {
  await page.getByRole('dialog').getByRole('spinbutton').fill('3');
  const { path, name } = await saved('Save the sweep', 'GIF');
  expect(name).toBe('latent-inspector_sweep_mini-emergent_still-life_256.gif');
  const frames = await page.evaluate(
    async (bytes) => {
      const decoder = new ImageDecoder({ data: bytes, type: 'image/gif' });
      await decoder.tracks.ready;
      await decoder.completed;
      const count = decoder.tracks.selectedTrack?.frameCount ?? 0;
      const pixels: { width: number; height: number; data: Uint8ClampedArray }[] = [];
      for (let frameIndex = 0; frameIndex < count; frameIndex++) {
        const { image } = await decoder.decode({ frameIndex });
        const { displayWidth: width, displayHeight: height } = image;
        const context = new OffscreenCanvas(width, height).getContext('2d')!;
        context.drawImage(image, 0, 0);
        image.close();
        pixels.push({ width, height, data: context.getImageData(0, 0, width, height).data });
      }
      return pixels;
    },
    new Uint8Array(readFileSync(path)),
  );
  expect(frames).toHaveLength(3);
  const [first, , last] = frames;
  expect(first.width).toBe(256);
  expect(first.height).toBeGreaterThan(300);
  // The picture of each end, as nearly as 256 colours can show it.
  const apart = (frame: Uint8ClampedArray, picture: Uint8ClampedArray) =>
    picture.reduce((sum, value, at) => sum + Math.abs(value - frame[at]), 0) / picture.length;
  expect(apart(first.data, await decoded('base'))).toBeLessThan(6);
  expect(apart(last.data, await decoded('edited'))).toBeLessThan(6);
  expect(apart(first.data, last.data)).toBeGreaterThan(0.1);
});

test('nothing on the way threw', () => {
  expect(complaints).toEqual([]);
});

test('a script gives a latent, which is decoded as the picture that it came from is', async () => {
  const fresh = await open(VIEW);
  const same = await fresh.evaluate(async () => {
    const element = document.querySelector('latent-inspector') as LatentInspectorElement;
    const { rows, cols, channels, mean } = await element.posterior();
    const before = await element.decoded('base');
    await element.setLatent({ rows, cols, channels, data: mean }, 'its own');
    const after = await element.decoded('base');
    const posterior = await element.posterior();
    return {
      pixels: before.data.every((value, index) => value === after.data[index]),
      mean: mean.every((value, index) => value === posterior.mean[index]),
      edits: element.edits.length,
    };
  });
  expect(same).toEqual({ pixels: true, mean: true, edits: 0 });
  await fresh.close();
});
