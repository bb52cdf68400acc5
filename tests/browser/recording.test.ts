/**
 * A figure is recorded on the built page and played in somebody else's: with neither worker nor model, with the numbers that the
 * engine gives, and pictures as near to its decodes as the file says.
 */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from 'playwright';
import { chromium } from 'playwright';
import { type PreviewServer, preview } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { levels } from '@/app/parts/format';
import type { Edit } from '@/edits';
import type { LatentInspectorElement } from '@/element/embed';
import { openRecording } from '@/formats/recording/file';
import { deviationOf } from '@/formats/recording/layers';
import type { Deviation, Recording } from '@/formats/recording/recording';
import type { Effect } from '@/latent/types';
import { LAUNCH_OPTIONS } from '../chromium';
import { streamOf } from '../unit/formats/recordings';

const OUT = 'dist';
/** The planted spot, and an edited cell beside it. */
const LINK = '#model=mini-planted&picture=still-life&size=256&backend=wasm&cell=1,1&e=heal@20,12';

/** Files that the preview server gives beside the build. */
const served = new Map<string, { type: string; body: Uint8Array }>();
let server: PreviewServer;
let url: string;
let browser: Browser;
let file: Uint8Array<ArrayBuffer>;
let recording: Recording;
/** The engine's own results with the spot healed, by the element's own methods. */
let exact: { effect: Effect; edited: Uint8Array };

beforeAll(async () => {
  server = await preview({
    logLevel: 'warn',
    build: { outDir: OUT },
    preview: { host: 'localhost', port: 0 },
    plugins: [
      {
        name: 'an-authors-files',
        configurePreviewServer({ middlewares }) {
          middlewares.use((request, response, next) => {
            const found = served.get(request.url ?? '');
            if (!found) return next();
            response.setHeader('Content-Type', found.type);
            response.setHeader('Content-Length', found.body.length);
            response.end(found.body);
          });
        },
      },
    ],
  });
  url = server.resolvedUrls!.local[0];
  browser = await chromium.launch(LAUNCH_OPTIONS);
  file = await recordOnPage();
  recording = (await openRecording(streamOf(file))).recording;
  const damaged = file.slice();
  damaged[damaged.length - 1] ^= 1;
  const binary = 'application/octet-stream';
  served.set('/figure.lirec', { type: binary, body: file });
  served.set('/damaged.lirec', { type: binary, body: damaged });
  served.set('/blog.html', { type: 'text/html', body: blog('figure.lirec') });
  served.set('/damaged.html', { type: 'text/html', body: blog('damaged.lirec') });
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** An author's page with one figure. */
function blog(name: string): Uint8Array {
  const [, script] =
    readFileSync(`${OUT}/index.html`, 'utf8').match(/<script type="module"[^>]* src="([^"]+)"/) ?? [];
  return new TextEncoder().encode(`<!doctype html><html lang="en"><title>A post</title><body>
    <script type="module" src="${script}"></script>
    <h1>One cell</h1>
    <latent-inspector recording="${name}"></latent-inspector></body></html>`);
}

/** Pixels on their way out of a page: as a list of numbers they would take seconds. */
const toText = `(data) => {
  let text = '';
  for (let from = 0; from < data.length; from += 8192) text += String.fromCharCode(...data.subarray(from, from + 8192));
  return btoa(text);
}`;

const element = (page: Page) => page.locator('latent-inspector');

async function recordOnPage(): Promise<Uint8Array<ArrayBuffer>> {
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
  await page.goto(`${url}${LINK}`);
  await page.evaluate(() => (document.querySelector('latent-inspector') as LatentInspectorElement).ready);
  await page.getByRole('button', { name: 'Share and export' }).click();
  await page.getByRole('button', { name: 'Record a figure' }).click();
  const dialog = page.getByRole('dialog', { name: 'Record a figure' });
  await dialog.getByRole('button', { name: 'Record', exact: true }).waitFor();
  expect(await dialog.getByRole('checkbox').count()).toBe(3);
  expect(await dialog.getByText(/It takes about/).textContent()).toMatch(
    /about 37 decodes, .*beside its control/,
  );
  await dialog.getByRole('radio', { name: '0 to 100 %', exact: true }).check({ force: true });
  await dialog.getByLabel('Title').fill('A figure of a test');
  await dialog.getByRole('button', { name: 'Record', exact: true }).click();
  await dialog.getByRole('progressbar', { name: 'Progress of the recording' }).waitFor();
  await dialog.getByRole('button', { name: 'Download figure.lirec' }).waitFor({ timeout: 150_000 });
  // The preview is the player itself.
  await dialog.getByRole('slider', { name: 'Strength of the change' }).waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Download figure.lirec' }).click(),
  ]);
  const bytes = Uint8Array.from(await readFile(await download.path()));
  const [effect, edited] = (await page.evaluate(`(async () => {
    const inspector = document.querySelector('latent-inspector');
    inspector.edits = [{ kind: 'heal', cell: { row: 1, col: 1 } }];
    return [await inspector.effect(), (${toText})((await inspector.decoded('edited')).data)];
  })()`)) as [Effect, string];
  exact = { effect, edited: Buffer.from(edited, 'base64') };
  await page.close();
  return bytes;
}

/** The pixels on screen in the decoded pane. */
async function shownPixels(page: Page): Promise<Uint8Array> {
  const text = await page.evaluate<string>(`(() => {
    const root = document.querySelector('latent-inspector').shadowRoot;
    const canvas = root.querySelector('[data-pane="decoded"] canvas');
    return (${toText})(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data);
  })()`);
  return Buffer.from(text, 'base64');
}

/** Root mean square and largest difference of two pictures, over red, green and blue. */
function deviation(a: Uint8Array, b: Uint8Array): Deviation {
  const colours = (data: Uint8Array) => data.filter((_, at) => at % 4 < 3);
  const other = colours(b);
  return deviationOf(Float32Array.from(colours(a), (value, at) => value - other[at]));
}

const cellText = (page: Page, row: string) =>
  element(page)
    .getByRole('row', { name: new RegExp(`^${row}`) })
    .getByRole('cell')
    .allTextContents();

test('the recorded numbers are those of the engine', () => {
  expect(file.length).toBeLessThan(300_000);
  const [spot] = recording.cells;
  expect(recording.title).toBe('A figure of a test');
  expect(spot.cell).toEqual({ row: 1, col: 1 });
  const { change, control } = spot.frames[recording.strengths.indexOf(1)];
  const { effect } = exact;
  for (const measure of ['nearRms', 'farRms', 'farShare', 'farPsnr', 'farChanged'] as const) {
    expect(change[measure]).toBeCloseTo(effect[measure], 4);
    expect(control?.[measure]).toBeCloseTo(effect.control[measure], 4);
  }
  expect(spot.control).toEqual(effect.control.cell);
  expect(change.farRms).toBeGreaterThan(10);
});

describe('in an author\u2019s page', () => {
  let context: BrowserContext;
  let page: Page;
  const requests: string[] = [];

  beforeAll(async () => {
    context = await browser.newContext({ viewport: { width: 1100, height: 900 } });
    page = await context.newPage();
    page.on('request', (request) => requests.push(new URL(request.url()).pathname));
    await page.goto(`${url}blog.html`);
    await element(page).getByText('How this was made').click();
    await element(page)
      .getByText(/SHA-256 of each of its parts was checked/)
      .waitFor();
  });

  afterAll(() => context?.close());

  test('it plays with neither worker nor model', () => {
    expect(page.workers()).toEqual([]);
    expect(requests).toContain('/figure.lirec');
    expect(requests.filter((path) => /worker|live|wasm|safetensors|tfjs|pictures\//.test(path))).toEqual([]);
  });

  test('the picture is as near to the engine\u2019s as the file says, and the numbers are the recorded ones', async () => {
    const frame = recording.cells[0].frames[recording.strengths.indexOf(1)];
    const off = deviation(await shownPixels(page), exact.edited);
    // Both are rounded to whole levels.
    expect(off.rms).toBeLessThanOrEqual(frame.error.rms + 0.5);
    expect(off.largest).toBeLessThanOrEqual(frame.error.largest + 1);
    expect(await cellText(page, 'Far, RMS')).toEqual([
      levels(frame.change.farRms),
      levels(frame.control!.farRms),
      expect.stringContaining('\u00d7'),
      'levels',
    ]);
  });

  test('the slider changes picture and numbers; between two strengths it says so', async () => {
    const before = await shownPixels(page);
    const slider = element(page).getByRole('slider', { name: 'Strength of the change' });
    await slider.focus();
    await page.keyboard.press('ArrowLeft');
    const frame = recording.cells[0].frames[recording.strengths.indexOf(0.75)];
    await expect.poll(() => cellText(page, 'Near, RMS')).toContain(levels(frame.change.nearRms));
    expect(await slider.getAttribute('aria-valuetext')).toBe('75 % of the change');
    await expect.poll(async () => deviation(await shownPixels(page), before).rms).toBeGreaterThan(1);
    await slider.fill('2.5');
    await element(page)
      .getByText('Drawn between two recorded strengths; the numbers are those of 75 %.')
      .waitFor();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await slider.getAttribute('aria-valuetext')).toBe('100 % of the change');
  });

  test('a click on a recorded cell plays that, and the sentence follows', async () => {
    const { cell } = recording.cells[1];
    const grid = element(page).getByRole('grid', { name: 'Latent cells' });
    const box = (await grid.boundingBox())!;
    const at = (index: number, length: number) => ((index + 0.5) / 32) * length;
    await grid.click({ position: { x: at(cell.col, box.width), y: at(cell.row, box.height) } });
    const frame = recording.cells[1].frames[recording.strengths.indexOf(1)];
    await expect.poll(() => cellText(page, 'Far, RMS')).toContain(levels(frame.change.farRms));
    expect(await grid.getByRole('gridcell').textContent()).toContain(`row ${cell.row}, col ${cell.col}`);
    expect(await element(page).locator('[aria-live]').textContent()).toContain('Changing this one cell');
    await element(page).getByRole('radio', { name: 'the strongest spot' }).check({ force: true });
  });

  test('the change is shown on its absolute scale first, and amplified on request', async () => {
    await element(page).getByRole('radio', { name: 'Change', exact: true }).check({ force: true });
    await element(page).getByText('levels of 255', { exact: true }).waitFor();
    const dim = await shownPixels(page);
    await element(page).getByRole('radio', { name: '\u00d7 8' }).check({ force: true });
    await expect.poll(async () => deviation(await shownPixels(page), dim).rms).toBeGreaterThan(10);
    await element(page).getByRole('radio', { name: 'Edited' }).check({ force: true });
  });

  test('"Run it live" swaps in the engine, with the same cell changed as much', async () => {
    const slider = element(page).getByRole('slider', { name: 'Strength of the change' });
    expect(await slider.getAttribute('aria-valuetext')).toBe('100 % of the change');
    await element(page).getByRole('button', { name: 'Run it live' }).click();
    const live = await page.evaluate(async () => {
      const inspector = document.querySelector('latent-inspector') as LatentInspectorElement;
      return { effect: await inspector.effect(), edits: inspector.edits as Edit[] };
    });
    expect(live.edits).toEqual([{ kind: 'heal', cell: { row: 1, col: 1 } }]);
    expect(live.effect.farRms).toBeCloseTo(exact.effect.farRms, 3);
    expect(page.workers()).toHaveLength(1);
  });
});

test('a damaged file is refused with a sentence, and the page is told', async () => {
  const page = await browser.newPage();
  await page.goto(`${url}damaged.html`);
  await element(page).getByRole('alert').waitFor();
  expect(await element(page).getByRole('alert').textContent()).toMatch(
    /^The recording is damaged: its part "[a-z\d-]+" is not what was recorded \(its SHA-256 differs\)\. Get the file again from where it came from\.$/,
  );
  await page.close();
});

test('on a slow phone it is on screen soon', async () => {
  const page = await browser.newPage({ viewport: { width: 390, height: 800 } });
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 150,
    downloadThroughput: 1.6e6 / 8,
    uploadThroughput: 750e3 / 8,
  });
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await page.addInitScript(() => {
    const times: Record<string, number> = {};
    Object.assign(window, { times });
    const look = () => {
      const root = document.querySelector('latent-inspector')?.shadowRoot;
      if (root?.querySelector('.player-figure')) times.figure ??= performance.now();
      if (root?.querySelector('[data-pane="decoded"] canvas:not([hidden])')) times.base ??= performance.now();
      if (root?.querySelector('[data-pane="latent"] canvas:not([hidden])'))
        times.latent ??= performance.now();
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await page.goto(`${url}blog.html`);
  const times = await page
    .waitForFunction(() => {
      const { times } = window as unknown as { times: Record<string, number> };
      return times.latent && times.base ? times : null;
    })
    .then((handle) => handle.jsonValue());
  const first = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0].startTime,
  );
  const all = Object.entries({ 'first paint': first, ...times }).map(
    ([of, at]) => `${of} ${Math.round(at)} ms`,
  );
  console.log(`1.6 Mbit/s, 150 ms, CPU / 4: ${all.join(', ')}`);
  expect(times!.base).toBeLessThan(6000);
  await page.close();
});
