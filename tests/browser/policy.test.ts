/** The page's own Content-Security-Policy: nothing of the page runs against it, and nothing gets past it. */
import { readFileSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LatentInspectorElement } from '@/element/embed';
import { HEADER_POLICY, PAGE_POLICY } from '@/pagePolicy/text';
import { LAUNCH_OPTIONS } from '../chromium';
import { type Host, openHost, openStranger } from './offline/host';

const LINK = '?model=mini-emergent&size=256&backend=wasm&cell=3,4';

let host: Host;
/** Sends the policy itself, too. */
let strict: Host;
let stranger: Awaited<ReturnType<typeof openStranger>>;
let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  [host, strict, stranger, browser] = await Promise.all([
    openHost(),
    openHost('dist', { 'Content-Security-Policy': HEADER_POLICY }),
    openStranger(),
    chromium.launch(LAUNCH_OPTIONS),
  ]);
  context = await browser.newContext({ serviceWorkers: 'block', viewport: { width: 1280, height: 900 } });
});

afterAll(async () => {
  await browser?.close();
  await Promise.all([host?.close(), strict?.close(), stranger?.close()]);
});

/** A page, ready, and what its policy has refused. */
async function open(search = LINK, from = host): Promise<{ page: Page; refused: string[] }> {
  const page = await context.newPage();
  const refused: string[] = [];
  page.on('console', (message) => {
    if (/Content Security Policy|TrustedScript|Trusted Type/i.test(message.text()))
      refused.push(message.text());
  });
  await page.goto(from.url + search);
  await page.evaluate(() => (document.querySelector('latent-inspector') as LatentInspectorElement).ready);
  return { page, refused };
}

const ask = (address: string) =>
  fetch(address, { cache: 'no-store' }).then(
    (response) => response.text(),
    (error) => `refused: ${error}`,
  );

describe('the built page', () => {
  test('begins with its policy, and has no script, sheet, style or handler in its text', () => {
    const html = readFileSync('dist/index.html', 'utf8');
    const head = html.slice(html.indexOf('<head>'));
    expect(head).toMatch(/^<head>\s*<meta charset="utf-8" \/>\s*<meta http-equiv="Content-Security-Policy"/);
    expect(html).toContain(`content="${PAGE_POLICY}"`);
    expect(html).not.toMatch(/<script(?![^>]* src=)|<style|\sstyle=|\son\w+=/);
  });

  test('is described for hosts in the words that are tried here', () => {
    const said = readFileSync('DEPLOYING.md', 'utf8').replace(/\s+/g, ' ');
    expect(said).toContain(HEADER_POLICY);
  });
});

describe('a walk through the page', () => {
  test('runs against no policy, that of the header included', async () => {
    const { page, refused } = await open(LINK, strict);
    await page.getByRole('grid', { name: 'Latent cells' }).focus();
    await page.keyboard.press('Enter');
    await page.evaluate(async () => {
      const element = document.querySelector('latent-inspector') as LatentInspectorElement;
      await element.effect();
      await element.setImage('data:text/plain,no%20picture').catch(() => {});
    });
    await page.locator('input[type=file]').first().setInputFiles('public/pictures/chart-small.webp');
    // A chart, on the page and as a file.
    const section = page.getByRole('region', { name: 'Experiments' });
    await section.getByRole('button', { name: /How many bits/ }).click();
    await section.getByRole('button', { name: 'Count the bits' }).click();
    await section.locator('.chart-frame svg').first().waitFor();
    expect(await section.locator('style').count()).toBe(0);
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      section.getByRole('button', { name: 'PNG' }).first().click(),
    ]);
    expect(
      readFileSync(await saved.path())
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
    await page.getByRole('button', { name: 'Share and export' }).click();
    const [sheet] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Whole figure' }).click(),
    ]);
    expect(readFileSync(await sheet.path()).length).toBeGreaterThan(1000);
    expect(refused).toEqual([]);
    await page.close();
  });
});

describe('another origin', () => {
  test('gets nothing from the page, nor from the worker that computes', async () => {
    const { page, refused } = await open();
    expect(await page.evaluate(ask, stranger.url)).toMatch(/^refused/);
    const [worker] = page.workers();
    expect(await worker.evaluate(ask, stranger.url)).toMatch(/^refused/);
    expect(stranger.asked).toEqual([]);
    expect(refused.length).toBeGreaterThan(1);
    // The page's own files can be had from both.
    expect(await page.evaluate(ask, `${host.url}icons/favicon.svg`)).toContain('<svg');
    expect(await worker.evaluate(ask, `${host.url}icons/favicon.svg`)).toContain('<svg');
    await page.close();
  });

  test('runs no script there', async () => {
    const { page } = await open();
    const ran = await page.evaluate(async (address) => {
      const script = document.createElement('script');
      script.textContent = 'window.ran = true';
      document.body.append(script);
      const other = document.createElement('script');
      const failed = new Promise((done) => other.addEventListener('error', () => done('refused')));
      other.src = address;
      document.body.append(other);
      return [await failed, 'ran' in window];
    }, stranger.url);
    expect(ran).toEqual(['refused', false]);
    await page.close();
  });

  test('may be asked where the address names it as the hub', async () => {
    const { page, refused } = await open(`${LINK}&hub=${stranger.url}`);
    expect([await page.evaluate(ask, stranger.url), refused]).toEqual(['told', []]);
    expect(await page.workers()[0].evaluate(ask, stranger.url)).toBe('told');
    expect(await page.evaluate(ask, 'https://example.org/')).toMatch(/^refused/);
    await page.close();
  });
});
