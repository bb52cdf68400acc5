/** The built page over a network that does not bring some of its scripts, and in browsers that lack what others have. */
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LatentInspectorElement } from '@/element/embed';
import { type BuiltPage, openBuilt } from './built';

const SHARE = '**/assets/ShareDialog-*.js';

let built: BuiltPage;
let page: Page;

beforeAll(async () => {
  built = await openBuilt();
  page = await built.browser.newPage({ viewport: { width: 1280, height: 900 } });
});

afterAll(() => built?.close());

const editsOf = () =>
  page.evaluate(() => (document.querySelector('latent-inspector') as LatentInspectorElement).edits.length);

test('a dialog whose script fails twice opens all the same; one that never comes can be asked for again', async () => {
  let asked = 0;
  await page.route(SHARE, (route) => (++asked > 6 ? route.fallback() : route.fulfill({ status: 503 })));
  await page.goto(`${built.url}?model=mini-planted&size=256&backend=wasm#v=1&e=heal@1,1`);
  const share = page.getByRole('button', { name: 'Share and export' });
  await share.click();
  const trouble = page.getByRole('dialog', { name: 'Something went wrong' });
  await trouble.getByText('A part of the program did not come').waitFor();
  expect(asked).toBe(4);
  expect(await trouble.textContent()).toContain('Your picture and your edits are kept');
  // The next two tries fail as well, the third one does not.
  await trouble.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('dialog', { name: 'Share and export' }).waitFor();
  expect(asked).toBe(7);
  expect(await editsOf()).toBe(1);
});

const EXACT = '?model=mini-planted&size=256&picture=room#v=1&e=heal@1,1';

/** The numbers of the page's one edit, once they are there. */
const effectOf = (from: Page) =>
  from.evaluate(async () => {
    const element = document.querySelector('latent-inspector') as LatentInspectorElement;
    await element.ready;
    const { farRms, nearRms } = await element.effect();
    return { farRms, nearRms };
  });

const chipOf = (from: Page) => from.locator('latent-inspector header .chip').textContent();

test('a worker whose script never comes is said after a minute and a half, and starts once it can be had', async () => {
  const silent = await built.browser.newPage();
  let hangs = true;
  await silent.route('**/assets/worker-*.js', (route) => (hangs ? undefined : route.fallback()));
  // Minutes pass in a moment.
  await silent.clock.install();
  await silent.goto(`${built.url}${EXACT}`);
  await silent.getByText('starting the engine', { exact: true }).waitFor();
  const trouble = silent.getByRole('alert').filter({ hasText: 'did not come (nothing came for 45 s)' });
  for (let second = 0; second < 100 && (await trouble.count()) === 0; second += 5) {
    await silent.clock.runFor(5000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    if (second < 80) expect(await trouble.count()).toBe(0);
  }
  expect(await trouble.textContent()).toContain('Check the connection, then try again.');
  hangs = false;
  await silent.clock.resume();
  await trouble.getByRole('button', { name: 'Try again' }).click();
  await silent.locator('latent-inspector header .dot-ready').waitFor();
  const sentence = silent.locator('latent-inspector .sentence').first();
  await expect.poll(() => sentence.textContent(), { timeout: 60_000 }).toMatch(/\d levels/);
  expect(await trouble.count()).toBe(0);
  await silent.close();
});

test('without SharedArrayBuffer, as on phones, WebAssembly computes on one thread, the same numbers', async () => {
  const here = await built.browser.newPage();
  await here.goto(`${built.url}${EXACT}`);
  const expected = await effectOf(here);
  expect(await chipOf(here)).toContain('2 threads');
  await here.close();
  const lacking = await built.browser.newPage();
  const without = 'delete globalThis.SharedArrayBuffer;';
  await lacking.addInitScript(without);
  await lacking.route('**/assets/worker-*.js', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${without}${await response.text()}` });
  });
  const start = performance.now();
  await lacking.goto(`${built.url}${EXACT}`);
  expect(await effectOf(lacking)).toEqual(expected);
  console.info(`without SharedArrayBuffer: ${Math.round(performance.now() - start)} ms`);
  expect(await chipOf(lacking)).toMatch(/CPU, 1 thread$|CPU$/);
  await lacking.close();
});
