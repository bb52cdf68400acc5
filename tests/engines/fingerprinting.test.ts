/** Firefox with privacy.resistFingerprinting, where what is read from a canvas is random. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BuiltPage, openBuilt } from '../browser/built';
import { openedPicture } from '../browser/noise';
import { OTHER_BROWSERS } from './drivers/installed';
import type { BrowserSession } from './drivers/session';

const LINK = '?model=mini-planted&size=256&backend=wasm';
const firefox = OTHER_BROWSERS.find(({ name }) => name === 'Firefox')!;

describe.skipIf(firefox.missing)('with privacy.resistFingerprinting', () => {
  let built: BuiltPage;
  let hiding: BrowserSession;
  beforeAll(async () => {
    built = await openBuilt();
    hiding = await firefox.launch({ 'privacy.resistFingerprinting': true });
  });
  afterAll(async () => {
    await Promise.all([hiding?.close(), built?.close()]);
  });

  test('a picture is decoded by a library, with the numbers of an ordinary browser', async () => {
    const picture = [...readFileSync('public/pictures/room.webp')];
    const address = `${built.url}${LINK}`;
    const page = await built.browser.newPage();
    await page.goto(address);
    const expected: Awaited<ReturnType<typeof openedPicture>> = await page.evaluate(
      `(${openedPicture})(${JSON.stringify(picture)}, 'webp')`,
    );
    await page.close();
    await hiding.goto(address);
    const found = await hiding.evaluate(openedPicture, picture, 'webp');
    expect(found.error).toBeNull();
    expect(found.said).toContain('decoded by a library');
    expect(expected.said).not.toContain('decoded by a library');
    const largest = Math.max(...expected.mean.map(Math.abs));
    const error = Math.max(...found.mean.map((value, at) => Math.abs(value - expected.mean[at])));
    console.info(`the mean differs by ${(error / largest).toExponential(1)} of the largest value`);
    expect(error / largest).toBeLessThan(1e-4);
  });
});
