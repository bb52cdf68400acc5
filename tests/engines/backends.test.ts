/** The page asked for one backend in its address, in Firefox and in WebKitGTK; and WebGPU, where Firefox is told to have it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LatentInspectorElement } from '@/element/embed';
import { type BuiltPage, openBuilt } from '../browser/built';
import { OTHER_BROWSERS } from './drivers/installed';
import type { BrowserSession } from './drivers/session';

const LINK = '?model=mini-planted&picture=room&size=256&cell=1,1';

let built: BuiltPage;

beforeAll(async () => {
  built = await openBuilt();
});

afterAll(() => built?.close());

/** Runs in the page: which backend computes, once one does, and what the page says of it. */
async function started(): Promise<{ chip: string; why: string }> {
  const root = (document.querySelector('latent-inspector') as LatentInspectorElement).shadowRoot!;
  const chip = () => root.querySelector<HTMLElement>('header .chip');
  while (!chip()?.querySelector('.dot-ready')) await new Promise((resolve) => setTimeout(resolve, 100));
  chip()!.click();
  await new Promise((resolve) => setTimeout(resolve, 300));
  return { chip: chip()!.textContent!, why: root.querySelector('header')!.textContent! };
}

for (const browser of OTHER_BROWSERS) {
  describe.skipIf(browser.missing)(browser.name, () => {
    let session: BrowserSession;
    beforeAll(async () => {
      session = await browser.launch();
    });
    afterAll(() => session?.close());

    test.each([
      ['cpu', /in plain JavaScript/],
      ['webgl', /WebGL/],
    ] as const)('?backend=%s', async (backend, label) => {
      await session.goto(`${built.url}${LINK}&backend=${backend}`);
      const { chip, why } = await session.evaluate(started);
      if (backend === 'webgl' && !label.test(chip)) {
        // Not every machine draws without a graphics processor; then that is what is said.
        expect(why).toMatch(/You asked for WebGL\. WebGL failed/);
        console.info(
          `Not tried: the page on WebGL in ${browser.name}. ${/WebGL failed[^.]*\./.exec(why)?.[0]}`,
        );
        return;
      }
      expect(chip).toMatch(label);
      expect(why).toContain('You asked for it.');
    });
  });
}

const firefox = OTHER_BROWSERS.find(({ name }) => name === 'Firefox')!;

describe.skipIf(firefox.missing)('Firefox with dom.webgpu.enabled', () => {
  let session: BrowserSession;
  beforeAll(async () => {
    session = await firefox.launch({
      'dom.webgpu.enabled': true,
      'dom.webgpu.workers.enabled': true,
      'gfx.webgpu.ignore-blocklist': true,
    });
  });
  afterAll(() => session?.close());

  test('does not choose a software adapter by itself, and computes right on it when asked', async () => {
    await session.goto(`${built.url}${LINK}`);
    const unasked = await session.evaluate(started);
    expect(unasked.chip).toMatch(/CPU, \d+ threads?/);
    console.info(`Firefox, unasked: ${unasked.why}`);
    if (!/WebGPU runs in software here/.test(unasked.why)) {
      // Without a Vulkan driver (the package mesa-vulkan-drivers has one in software) there is no adapter, and that is said.
      expect(unasked.why).toMatch(/WebGPU/);
      console.info('Not tried: WebGPU in Firefox, which finds no adapter here.');
      return;
    }
    await session.goto(`${built.url}${LINK}&backend=webgpu`);
    const start = Date.now();
    const { chip, why } = await session.evaluate(started);
    console.info(`${chip}: started in ${Date.now() - start} ms`);
    expect(chip).toMatch(/^WebGPU/);
    // Its own answers are held against known ones before anything is computed.
    expect(Number(/largest error ([\d.e-]+)/.exec(why)?.[1])).toBeLessThan(1e-4);
  });
});
