/** The built page in a browser that reports sixteen cores: threads stay that found one. */
import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LatentInspectorElement } from '@/element/embed';
import { type BuiltPage, openBuilt } from './built';

let built: BuiltPage;

beforeAll(async () => {
  built = await openBuilt();
});

afterAll(() => built?.close());

/** Runs in the engine's worker before anything else. */
function reportSixteenCores(): void {
  Object.defineProperty(WorkerNavigator.prototype, 'hardwareConcurrency', { get: () => 16 });
  // The trial lies between the last thread's first word and the first that is sent away.
  const seen = { started: 0, sentAway: 0 };
  Object.assign(globalThis, { seen });
  const Original = globalThis.Worker;
  globalThis.Worker = class extends Original {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      this.addEventListener('message', ({ data }) => {
        if (data === 'ready') seen.started = performance.now();
      });
    }
    terminate() {
      if (seen.started > 0) seen.sentAway ||= performance.now();
      super.terminate();
    }
  };
}

test('no more threads compute than there are cores, and the page says why', async () => {
  const page = await built.browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.route(/\/worker-[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    const body = `(${reportSixteenCores})();\n${await response.text()}`;
    await route.fulfill({ response, body });
  });
  await page.goto(`${built.url}?model=mini-planted&size=256&picture=room&backend=wasm`);
  await page.evaluate(() => (document.querySelector('latent-inspector') as LatentInspectorElement).ready);
  const chip = page.locator('latent-inspector header .chip');
  const kept = Number(/CPU, (\d+) threads/.exec((await chip.textContent()) ?? '')?.[1]);
  const cores = Math.max(2, availableParallelism());
  expect(kept).toBeLessThanOrEqual(Math.min(8, cores));
  if (cores < 5) {
    await chip.click();
    await page
      .getByText(
        `It uses ${kept} threads: this browser reports 16 cores, but of 8 threads that were tried at the start only ${kept} had one.`,
      )
      .waitFor();
    // The engine, which started before its threads.
    const [worker] = page.workers();
    const { started, sentAway } = await worker.evaluate(
      () => (globalThis as unknown as { seen: { started: number; sentAway: number } }).seen,
    );
    console.info(`the trial took ${(sentAway - started).toFixed(1)} ms, on a machine that may be busy`);
  }
  await page.close();
});
