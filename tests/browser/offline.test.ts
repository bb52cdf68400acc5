/** The page's service worker, on a host that sends no headers: without a network, isolated, updated, switched off, broken. */
import { readdirSync, rmSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { LatentInspectorElement } from '@/element/embed';
import { LAUNCH_OPTIONS } from '../chromium';
import { nextBuild, readWorker } from './offline/builds';
import { type Host, openHost } from './offline/host';

const LINK = '?model=mini-emergent&size=256&backend=wasm';

let browser: Browser;
let host: Host;
let context: BrowserContext;
let page: Page;
/** The same page, built anew. */
let newer: string;

const ready = (of: Page) =>
  of.evaluate(async () => {
    await customElements.whenDefined('latent-inspector');
    await (document.querySelector('latent-inspector') as LatentInspectorElement).ready;
  });

/** Counts what the browser keeps for the page. */
const kept = (of: Page) =>
  of.evaluate(async () => ({
    workers: (await navigator.serviceWorker.getRegistrations()).length,
    caches: (await caches.keys()).filter((name) => name.startsWith('latent-inspector offline')).length,
  }));

const heal = (of: Page) =>
  of.evaluate(async () => {
    const element = document.querySelector('latent-inspector') as LatentInspectorElement;
    element.edits = [{ kind: 'heal', cell: { row: 3, col: 4 } }];
    return (await element.effect()).farRms;
  });

/** Opens a model and a picture of the visitor's own, and edits. */
const openOwn = (of: Page) => {
  const weights = readdirSync('dist/assets').find((name) => /^mini-planted.*safetensors$/.test(name));
  return of.evaluate(async (path) => {
    const element = document.querySelector('latent-inspector') as LatentInspectorElement;
    const canvas = new OffscreenCanvas(300, 280);
    const drawing = canvas.getContext('2d')!;
    for (let at = 0; at < 300; at += 10) {
      drawing.fillStyle = `hsl(${at} 70% 50%)`;
      drawing.fillRect(at, at / 2, 200, 200);
    }
    await element.setImage(new File([await canvas.convertToBlob()], 'mine.png', { type: 'image/png' }));
    const model = await (await fetch(path)).blob();
    await element.setModel({ weights: new File([model], 'mine.safetensors') });
  }, `assets/${weights}`);
};

/** The open picture's results, in numbers. */
const numbers = (of: Page) =>
  of.evaluate(async () => {
    const element = document.querySelector('latent-inspector') as LatentInspectorElement;
    const { mean } = await element.posterior();
    return { mean: [...mean.slice(0, 400)], edits: element.edits };
  });

/** Visits the page and waits until its worker has everything. */
async function visit(of = page): Promise<void> {
  await of.goto(host.url + LINK);
  await ready(of);
  await of.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    if (active?.state === 'activated') return;
    await new Promise((done) => active?.addEventListener('statechange', done, { once: true }));
  });
}

beforeAll(async () => {
  browser = await chromium.launch(LAUNCH_OPTIONS);
  newer = nextBuild('dist', 'newer');
});

beforeEach(async () => {
  host = await openHost();
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  page = await context.newPage();
});

afterEach(async () => {
  await context.close();
  await host.close();
});

afterAll(async () => {
  await browser?.close();
  rmSync(newer, { recursive: true, force: true });
});

describe('after the first visit', () => {
  test('the page opens without a network and does all of its work, on threads; it is left alone once the host has no worker', async () => {
    await visit();
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
    const first = await heal(page);
    // What the visitor waits for goes first.
    const model = host.asked.findIndex((path) => path.includes('mini-emergent'));
    expect(host.asked.indexOf('sw.js')).toBeGreaterThan(model);
    await page.goto('about:blank');

    host.offline = true;
    const asked = host.asked.length;
    await page.goto(host.url + LINK);
    await ready(page);
    expect(await page.evaluate(() => [crossOriginIsolated, typeof SharedArrayBuffer])).toEqual([
      true,
      'function',
    ]);
    expect(await heal(page)).toBeCloseTo(first, 3);
    await page.evaluate(async () => {
      const element = document.querySelector('latent-inspector') as LatentInspectorElement;
      await element.setModel('mini-planted');
      await element.setImage('room');
    });
    await page.getByRole('button', { name: 'Share and export' }).click();
    await page.getByRole('heading', { name: 'Pictures, as PNG' }).waitFor();
    // The recorded example.
    await page.goto(`${host.url}?backend=wasm`);
    await page.goto(`${host.url}?screen=bench`);
    await page.getByText('Recorded example').waitFor();
    expect(host.asked).toHaveLength(asked);

    // The host is there again, without a worker.
    host.offline = false;
    host.instead.set('sw.js', 404);
    await page.goto(host.url + LINK);
    await ready(page);
    await expect.poll(() => kept(page), { timeout: 15_000 }).toEqual({ workers: 0, caches: 0 });
  });
});

describe('a new version', () => {
  test('is said in a sentence and taken at the button; edits survive, and so does a tab that shows the old one', async () => {
    await visit();
    const old = await context.newPage();
    await visit(old);
    host.folder = newer;
    host.asked.length = 0;
    await page.reload();
    await ready(page);
    await openOwn(page);
    const before = await heal(page);
    const open = await numbers(page);
    const notice = page.getByText('A new version of this page is ready');
    await notice.waitFor();
    expect(await notice.textContent()).toContain(
      'What you opened from files of your own and your edits are kept.',
    );
    // Nothing that is the same is fetched again.
    const fetched = host.asked.filter((path) => !['sw.js', 'index.html'].includes(path));
    expect(fetched.length).toBeGreaterThan(10);
    for (const path of fetched) expect(path).toMatch(/-newer\.js$/);
    expect(await page.title()).not.toContain('newer');
    // No room for the files: nothing is reloaded before it is said.
    const cdp = await context.newCDPSession(page);
    const { origin } = new URL(host.url);
    await cdp.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1000 });
    await page.getByRole('button', { name: 'Reload now' }).click();
    await page.getByText('no room to carry your own files over').waitFor();
    expect(await page.title()).not.toContain('newer');
    await cdp.send('Storage.overrideQuotaForOrigin', { origin });
    await page.getByRole('button', { name: 'Reload all the same' }).click();
    await page.waitForFunction(() => document.title.includes('newer'));
    await ready(page);
    // Its own model and picture, which no address holds, with the edits in them.
    await expect.poll(() => numbers(page).catch(() => null), { timeout: 60_000 }).toEqual(open);
    expect(open.edits).toEqual([{ kind: 'heal', cell: { row: 3, col: 4 } }]);
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    expect(await numbers(page)).toMatchObject({ edits: [] });
    await page.getByRole('button', { name: 'Redo', exact: true }).click();
    expect(await numbers(page)).toMatchObject({ edits: open.edits });
    expect(await heal(page)).toBeCloseTo(before, 3);
    expect(await page.getByText('not part of the link').count()).toBe(0);
    expect(await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name))).toContain(
      'latent-inspector-carried',
    );
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
    const scripts = await page.evaluate(() =>
      performance.getEntriesByType('resource').flatMap(({ name }) => /assets\/.*\.js$/.exec(name) ?? []),
    );
    expect(scripts.length).toBeGreaterThan(5);
    for (const script of scripts) expect(script).toMatch(/-newer\.js$/);
    // The other tab: a part of it that it has not loaded yet, and its first script, which the host no longer has.
    const { entry } = readWorker('dist');
    expect(await old.evaluate((path) => fetch(path).then(({ status }) => status), entry)).toBe(200);
    await old.getByRole('button', { name: 'Share and export' }).click();
    await old.getByRole('heading', { name: 'Pictures, as PNG' }).waitFor();
    expect(await heal(old)).toBeGreaterThan(0);
  });
});

describe('it goes', () => {
  test('at ?sw=off, and stays away', async () => {
    await visit();
    expect(await kept(page)).toEqual({ workers: 1, caches: 1 });
    await page.goto(`${host.url}${LINK}&sw=off`);
    await page.getByText('This browser keeps no copy of this page').waitFor();
    expect(await kept(page)).toEqual({ workers: 0, caches: 0 });
    await ready(page);
    await page.goto(host.url + LINK);
    await ready(page);
    await page.waitForTimeout(3000);
    expect(await kept(page)).toEqual({ workers: 0, caches: 0 });
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  });

  test('where its files are gone and the host has others: the page is loaded once more, from the host', async () => {
    await visit();
    const { entry } = readWorker('dist');
    await page.evaluate(async (path) => {
      for (const name of await caches.keys())
        await (await caches.open(name)).delete(new URL(path, location.href));
    }, entry);
    host.folder = newer;
    host.instead.set('sw.js', 503);
    await page.goto(host.url + LINK).catch(() => {});
    await page.waitForFunction(() => document.title.includes('newer'), undefined, { timeout: 20_000 });
    await ready(page);
    expect(await heal(page)).toBeGreaterThan(0);
    expect((await kept(page)).workers).toBe(0);
  });

  test('where it serves nothing that lives: its successor takes its place at once', async () => {
    const broken = `onfetch = (event) => event.respondWith(new Response('broken', { headers: { 'Content-Type': 'text/html' } }));`;
    host.instead.set('sw.js', broken);
    await visit();
    await page.reload();
    expect(await page.textContent('body')).toBe('broken');
    host.instead.clear();
    await page.reload();
    await page.waitForFunction(() => document.querySelector('latent-inspector'), undefined, {
      timeout: 30_000,
    });
    await ready(page);
    expect(await heal(page)).toBeGreaterThan(0);
  });
});

describe('it is not installed', () => {
  test('by a frame, whatever the frame shows', async () => {
    host.instead.set(
      'blog.html',
      '<!doctype html><iframe src="./?embed=1&model=mini-emergent&size=256&backend=wasm"></iframe><iframe src="./?model=mini-emergent&size=256&backend=wasm"></iframe>',
    );
    await page.goto(`${host.url}blog.html`);
    await expect.poll(() => page.frames().length).toBe(3);
    for (const frame of page.frames().slice(1)) {
      await frame.waitForSelector('latent-inspector');
      await frame.evaluate(
        () => (document.querySelector('latent-inspector') as LatentInspectorElement).ready,
      );
    }
    await page.waitForTimeout(4000);
    expect(await kept(page)).toEqual({ workers: 0, caches: 0 });
    expect(host.asked).not.toContain('sw.js');
  });
});
