/** The page's service worker in other browsers, on a host that sends the page's policy and no other header. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LatentInspectorElement } from '@/element/embed';
import { HEADER_POLICY } from '@/pagePolicy/text';
import { type Host, openHost } from '../browser/offline/host';
import { OTHER_BROWSERS } from './drivers/installed';
import type { BrowserSession } from './drivers/session';

const LINK = '?model=mini-planted&picture=room&size=256&cell=1,1&backend=wasm';

/** Runs in the page: the effect of an edit, what it was computed on, and whether the page is isolated. */
async function healed() {
  await customElements.whenDefined('latent-inspector');
  const element = document.querySelector('latent-inspector') as LatentInspectorElement;
  await element.ready;
  element.edits = [{ kind: 'heal', cell: { row: 1, col: 1 } }];
  const { farRms } = await element.effect();
  const chip = element.shadowRoot!.querySelector('header .chip')!.textContent;
  return { farRms, chip, isolated: crossOriginIsolated };
}

/** Runs in the page: waits until its worker has everything. */
async function kept() {
  const { active } = await navigator.serviceWorker.ready;
  if (active?.state !== 'activated')
    await new Promise((done) => active?.addEventListener('statechange', done, { once: true }));
  return active?.state ?? null;
}

for (const { name, missing, launch } of OTHER_BROWSERS) {
  describe.skipIf(Boolean(missing))(name, () => {
    let host: Host;
    let session: BrowserSession;
    beforeEach(async () => {
      host = await openHost('dist', { 'Content-Security-Policy': HEADER_POLICY });
      session = await launch();
    });
    afterEach(async () => {
      await session?.close();
      await host?.close();
    });

    test('the second visit needs no network, and has threads where the browser has any', async () => {
      await session.goto(host.url + LINK);
      const first = await session.evaluate(healed);
      expect(first).toMatchObject({ isolated: false, chip: expect.stringMatching(/1 thread$/) });
      expect(await session.evaluate(kept)).toBe('activated');
      host.offline = true;
      await session.goto(host.url + LINK);
      const second = await session.evaluate(healed);
      expect(second).toMatchObject({ isolated: true, farRms: first.farRms });
      console.info(`${name}, second visit: ${second.chip}`);
    });
  });
}
