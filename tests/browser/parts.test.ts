/** The built page over a network that does not bring some of its scripts: dialogs and panels that are loaded when they are opened. */
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LatentInspectorElement } from '../../src/embed';
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
