/** The page that is left and returned to: browsers may keep it as it stood, its worker and its lock with it (back/forward cache). */
import { chromium } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LatentInspectorElement } from '@/element/embed';
import { type BuiltPage, openBuilt } from '../browser/built';
import { LAUNCH_OPTIONS } from '../chromium';
import { OTHER_BROWSERS } from './drivers/installed';

const LINK = '?model=mini-planted&picture=room&size=256&cell=1,1&backend=wasm';

let built: BuiltPage;
beforeAll(async () => {
  built = await openBuilt();
});
afterAll(() => built?.close());

interface Left extends Window {
  left?: boolean;
}

/** Runs in the page: the effect of an edit. */
async function healed(row: number): Promise<number> {
  await customElements.whenDefined('latent-inspector');
  const element = document.querySelector('latent-inspector') as LatentInspectorElement;
  await element.ready;
  element.edits = [{ kind: 'heal', cell: { row, col: 1 } }];
  return (await element.effect()).farRms;
}

/** Runs in the page: marks it, and leaves in the midst of a decode. */
function leave(): void {
  (window as Left).left = true;
  const element = document.querySelector('latent-inspector') as LatentInspectorElement;
  element.edits = [{ kind: 'heal', cell: { row: 2, col: 1 } }];
}

const failure = () =>
  document.querySelector('latent-inspector')!.shadowRoot!.querySelector('.toast-failure, .toast-notice')
    ?.textContent ?? null;

interface Driven {
  goto(url: string): Promise<unknown>;
  evaluate<A, R>(work: (argument: A) => R, argument: A): Promise<Awaited<R>>;
  close(): Promise<void>;
}

async function launchChromium(): Promise<Driven> {
  const browser = await chromium.launch({
    ...LAUNCH_OPTIONS,
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
  const page = await browser.newPage({ serviceWorkers: 'block' });
  return {
    goto: (url) => page.goto(url),
    evaluate: (work, argument) => page.evaluate(work as never, argument) as never,
    close: () => browser.close(),
  };
}

const BROWSERS = [
  { name: 'Chromium', missing: false, launch: launchChromium },
  ...OTHER_BROWSERS.map(({ name, missing, launch }) => ({
    name,
    missing: Boolean(missing),
    launch: async (): Promise<Driven> => (await launch()) as unknown as Driven,
  })),
];

for (const { name, missing, launch } of BROWSERS) {
  describe.skipIf(missing)(name, () => {
    test('works on when it is returned to, and says nothing of it', async () => {
      const session = await launch();
      try {
        await session.goto(built.url + LINK);
        const before = await session.evaluate(healed, 1);
        await session.evaluate(leave, null);
        await session.goto(`${built.url}icons/favicon.svg`);
        await new Promise((resolve) => setTimeout(resolve, 3000));
        await session.evaluate(() => history.back(), null);
        await expect
          .poll(
            () =>
              session
                .evaluate(() => Boolean(document.querySelector('latent-inspector')), null)
                .catch(() => false),
            {
              timeout: 30_000,
            },
          )
          .toBe(true);
        const kept = await session.evaluate(() => Boolean((window as Left).left), null);
        console.info(`${name} ${kept ? 'kept the page as it stood' : 'loaded the page anew'}`);
        expect(await session.evaluate(healed, 1)).toBe(before);
        expect(await session.evaluate(failure, null)).toBeNull();
      } finally {
        await session.close();
      }
    });
  });
}
