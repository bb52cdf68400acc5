/** A browser that gives pages noise instead of the pixels of a canvas: numbers must come from the picture all the same. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BuiltPage, openBuilt } from './built';
import { hidePixels, openedPicture } from './noise';

const LINK = '?model=mini-planted&size=256&backend=wasm';
const PICTURE = [...readFileSync('public/pictures/room.webp')];
/** The smallest GIF: one pixel. */
const GIF = [...Buffer.from('R0lGODdhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=', 'base64')];

let built: BuiltPage;
beforeAll(async () => {
  built = await openBuilt();
});
afterAll(() => built?.close());

async function open(noisy: boolean) {
  const page = await built.browser.newPage();
  if (noisy) await page.addInitScript(hidePixels);
  await page.goto(`${built.url}${LINK}`);
  return page;
}

/** Functions reach the page as text. */
function given(page: Page, bytes: number[], type: string): ReturnType<typeof openedPicture> {
  return page.evaluate(`(${openedPicture})(${JSON.stringify(bytes)}, ${JSON.stringify(type)})`) as never;
}

test('pictures are decoded by a library, which is said; what no library reads is refused by the setting\u2019s name', async () => {
  const plain = await open(false);
  const expected = await given(plain, PICTURE, 'webp');
  expect(expected.said).not.toContain('resistFingerprinting');
  const page = await open(true);
  const found = await given(page, PICTURE, 'webp');
  expect(found.error).toBeNull();
  expect(found.said).toContain('decoded by a library');
  const largest = Math.max(...expected.mean.map(Math.abs));
  const error = Math.max(...found.mean.map((value, at) => Math.abs(value - expected.mean[at])));
  console.info(`the mean differs by ${(error / largest).toExponential(1)} of the largest value`);
  expect(error / largest).toBeLessThan(1e-4);
  const refused = await given(page, GIF, 'gif');
  expect(refused.error).toMatch(/^bad-image: This is a GIF picture, which .*privacy\.resistFingerprinting/);
});
