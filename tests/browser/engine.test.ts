/** The engine in real Chromium: a page that has nothing else, built as the real one is. */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { type Browser, chromium, type Page } from 'playwright';
import { createServer } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { applyEdits, type Edit } from '@/edits';
import type { BackendName } from '@/engine/backends/name';
import type { DeviceReport, Engine, EngineEvents } from '@/engine/protocol';
import type { Change, Latent, Levels } from '@/latent/types';
import { change, toLevels } from '@/measures/change';
import { syntheticTensors } from '@/models/synthetic';
import { AutoencoderKL } from '@/vae/autoencoder';
import { LAUNCH_OPTIONS } from '../chromium';
import { pattern } from './engine/pattern';
import { CONFIG, CONFIG_FILE, HARNESS, openSite, SEED, type Site, writeModel } from './engine/site';

const SIDE = 32;
const RADIUS = 1;
/** In a corner, so that even a picture of 4 x 4 cells has a control far enough away. */
const CELL = { row: 0, col: 0 };
const EDITS: Edit[] = [{ cell: CELL, kind: 'add', values: [3, 0, 0, 0] }];
const THREADS = Math.min(availableParallelism(), 8);

let site: Site;
let browser: Browser;
let page: Page;
/** Errors that the page printed or threw. */
let complaints: string[];
let alone: Alone;

beforeAll(async () => {
  [site, browser, alone] = await Promise.all([openSite(), chromium.launch(LAUNCH_OPTIONS), wholeWayAlone()]);
});

afterAll(async () => {
  await browser?.close();
  await site?.close();
});

afterEach(() => page.close());

async function open(url: string): Promise<void> {
  page = await browser.newPage();
  complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await page.goto(url);
  await page.waitForFunction(() => 'harness' in window);
}

/** Results of one engine for one picture, from start to control. */
interface WholeWay {
  report: DeviceReport;
  // As they are: typed arrays cross to this process fifty times as fast as lists of numbers.
  mean: Float32Array;
  base: Uint8ClampedArray;
  edited: Uint8ClampedArray;
  change: Change;
  controlFarRms: number;
}

function wholeWay(backend?: BackendName): Promise<WholeWay> {
  return page.evaluate(
    async ({ backend, manifest, side, edits, radius }) => {
      const engine = window.harness.createEngine();
      const report = await engine.start({ backend });
      await engine.loadModel({ manifest, base: location.href });
      const { study, posterior } = await engine.open({
        model: manifest.id,
        picture: window.harness.pattern(side),
      });
      const base = await engine.base({ study });
      const edited = await engine.edited({ study, edits, radius });
      const control = await engine.control({ study, edits, radius });
      return {
        report,
        mean: posterior.mean,
        base: base.pixels.data,
        edited: edited.pixels.data,
        change: edited.change,
        controlFarRms: control.change.farRms,
      };
    },
    { backend, manifest: site.manifest, side: SIDE, edits: EDITS, radius: RADIUS },
  );
}

/** The same on tfjs's cpu backend in this process, with no engine. */
type Alone = { mean: Latent; base: Levels; change: Change };

async function wholeWayAlone(): Promise<Alone> {
  await tf.setBackend('cpu');
  const model = AutoencoderKL.fromTensors(CONFIG, new Map(syntheticTensors(CONFIG, SEED)));
  const { data } = pattern(SIDE);
  const values = Float32Array.from({ length: 3 * SIDE * SIDE }, (_, at) => {
    return data[4 * Math.floor(at / 3) + (at % 3)] / 127.5 - 1;
  });
  const posterior = model.encode(tf.tensor4d(values, [1, SIDE, SIDE, 3]));
  const [, rows, cols, channels] = posterior.mean.shape;
  const mean: Latent = { rows, cols, channels, data: posterior.mean.dataSync() as Float32Array };
  const decode = (latent: Latent): Levels => ({
    width: SIDE,
    height: SIDE,
    data: toLevels(model.decode(tf.tensor4d(latent.data, [1, rows, cols, channels])).dataSync()),
  });
  const base = decode(mean);
  const edited = decode(applyEdits(mean, EDITS));
  return { mean, base, change: change(base, edited, [CELL], SIDE / rows, RADIUS) };
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < b.length; i++) {
    const difference = Math.abs(a[i] - b[i]);
    // Not a number must not pass, nor be forgotten over the numbers behind it.
    if (Number.isNaN(difference)) return Number.NaN;
    largest = Math.max(largest, difference);
  }
  return largest;
}

function expectSame(way: WholeWay): void {
  expect(way.mean).toHaveLength(alone.mean.data.length);
  expect(largestDifference(way.mean, alone.mean.data)).toBeLessThan(1e-4);
  const rgb = way.base.filter((_, i) => i % 4 !== 3);
  expect(rgb).toHaveLength(alone.base.data.length);
  // Rounded to a level, and a little for the arithmetic.
  expect(largestDifference(rgb, alone.base.data)).toBeLessThan(0.51);
  expect(way.edited).not.toEqual(way.base);
  expect(way.change.nearRms).toBeCloseTo(alone.change.nearRms, 2);
  expect(way.change.farRms).toBeCloseTo(alone.change.farRms, 2);
  expect(way.change.nearRms).toBeGreaterThan(1);
  expect(way.controlFarRms).toBeGreaterThan(0);
}

/** Threads; the engine's own worker may be made of text as well. */
const blobWorkers = () =>
  page.workers().filter((worker) => /^blob:/.test(worker.url()) && !worker.url().endsWith('#worker-engine'));

describe('on WebAssembly', () => {
  it('computes on every core where the page is isolated, and starts no thread twice', async () => {
    await open(site.isolated);
    const way = await wholeWay();
    expect(way.report).toMatchObject({ backend: 'wasm', threads: THREADS });
    expect(way.report.label).toBe(`this computer's CPU, ${THREADS} ${THREADS === 1 ? 'thread' : 'threads'}`);
    expect(way.report.selfTest.largestError).toBeLessThan(1e-5);
    expectSame(way);
    // The engine's worker computes too, so there is one thread less beside it, of tfjs's kernels and of ours; a thread that
    // failed would come back.
    expect(blobWorkers()).toHaveLength(2 * (THREADS - 1));
    const threads = blobWorkers().map((worker) => worker.url());
    await page.waitForTimeout(500);
    expect(blobWorkers().map((worker) => worker.url())).toEqual(threads);
    expect(complaints).toEqual([]);
  });

  it('computes on one thread where it is not, and says why', async () => {
    await open(site.plain);
    const way = await wholeWay();
    expect(way.report).toMatchObject({ backend: 'wasm', threads: 1 });
    if (availableParallelism() > 1) expect(way.report.reason).toContain('not cross-origin isolated');
    expectSame(way);
    expect(blobWorkers()).toHaveLength(0);
    expect(complaints).toEqual([]);
  });

  it('refuses WebGPU in software, and says so', async () => {
    await open(site.isolated);
    const report = await page.evaluate(() => window.harness.createEngine().start({}));
    expect(report.backend).toBe('wasm');
    expect(report.rejected.find(({ backend }) => backend === 'webgpu')?.reason).toContain('in software');
    expect(report.reason).toContain('WebGPU runs in software here');
  });
});

describe('on the backend that the visitor asks for', () => {
  it.each(['webgpu', 'webgl'] as const)('computes the same on %s', async (backend) => {
    await open(site.isolated);
    const way = await wholeWay(backend);
    expect(way.report).toMatchObject({ backend, reason: 'You asked for it.' });
    expectSame(way);
  });
});

/** In the page: an engine that has opened a picture of random pixels. */
type Opened = { engine: Engine; study: number };

/** Runs `work` in the page with an opened picture; `work` must use nothing from outside. */
async function withStudy<T>(side: number, work: (opened: Opened) => Promise<T>): Promise<T> {
  return page.evaluate(
    async ({ manifest, side, body }) => {
      const engine = window.harness.createEngine();
      await engine.loadModel({ manifest, base: location.href });
      const data = new Uint8ClampedArray(4 * side * side).fill(200);
      const { study } = await engine.open({
        model: manifest.id,
        picture: { width: side, height: side, data },
      });
      return (new Function(`return ${body}`)() as (opened: Opened) => Promise<T>)({ engine, study });
    },
    { manifest: site.manifest, side, body: work.toString() },
  );
}

describe('a running engine', () => {
  it('leaves the page free: no task of 100 ms while it decodes 512 x 512 pixels', async () => {
    await open(site.isolated);
    const { longest, timer, seconds } = await withStudy(512, async ({ engine, study }) => {
      const tasks: number[] = [];
      const observer = new PerformanceObserver((list) => {
        tasks.push(...list.getEntries().map(({ duration }) => duration));
      });
      observer.observe({ type: 'longtask' });
      let ticks = 0;
      const ticking = setInterval(() => {
        ticks += 1;
      }, 50);
      const start = performance.now();
      await engine.base({ study });
      await engine.edited({ study, edits: [{ cell: { row: 5, col: 5 }, kind: 'zero' }], radius: 4 });
      const seconds = (performance.now() - start) / 1000;
      clearInterval(ticking);
      await new Promise((resolve) => setTimeout(resolve, 100));
      return { longest: Math.max(0, ...tasks), timer: ticks, seconds };
    });
    expect(longest).toBeLessThan(100);
    // The page's own timer went on meanwhile, even on a busy machine at a quarter of its pace.
    expect(timer).toBeGreaterThan((seconds * 20) / 4);
  });

  it('stops a decode when asked, at once for the page, and then computes the next', async () => {
    await open(site.isolated);
    const { code, waited, last, next } = await withStudy(256, async ({ engine, study }) => {
      const controller = new AbortController();
      let aborted = 0;
      let last = 0;
      const failure = engine
        .base(
          { study },
          {
            signal: controller.signal,
            onProgress(fraction) {
              last = fraction;
              if (fraction > 0.2 && !controller.signal.aborted) {
                aborted = performance.now();
                controller.abort();
              }
            },
          },
        )
        .catch((error) => error);
      const { code } = await failure;
      const waited = performance.now() - aborted;
      const next = await engine.base({ study });
      return { code, waited, last, next: next.pixels.width };
    });
    expect(code).toBe('aborted');
    expect(waited).toBeLessThan(100);
    expect(last).toBeLessThan(1);
    expect(next).toBe(256);
  });

  it('does the pokes that are not given up, and a control after them', async () => {
    await open(site.isolated);
    const outcome = await withStudy(128, async ({ engine, study }) => {
      await engine.base({ study });
      const order: string[] = [];
      const edits = (col: number) => [{ cell: { row: 2, col }, kind: 'zero' as const }];
      const control = engine.control({ study, edits: edits(0), radius: 1 }).then(() => order.push('control'));
      const controllers = [0, 1, 2, 3].map(() => new AbortController());
      const pokes = controllers.map(({ signal }, col) =>
        engine.edited({ study, edits: edits(col), radius: 1 }, { signal }).then(
          () => order.push(`poke ${col}`),
          ({ code }) => order.push(`${code} ${col}`),
        ),
      );
      for (const controller of controllers.slice(0, -1)) controller.abort();
      await Promise.all([control, ...pokes]);
      return order;
    });
    expect(outcome).toEqual(['aborted 0', 'aborted 1', 'aborted 2', 'poke 3', 'control']);
    expect(complaints).toEqual([]);
  });
});

describe('an engine whose worker fails', () => {
  /** Starts on `backend`, lets the worker fail, and goes the whole way of a picture. */
  async function pokeAfter(
    fault: 'throw' | 'lose-device' | 'invalid-program',
    backend: BackendName,
  ): Promise<{ first: BackendName; change: Change; heard: EngineEvents['device'][]; spawned: number }> {
    return page.evaluate(
      async ({ manifest, fault, backend, edits, radius, side }) => {
        const { engine, fail, spawned } = window.harness.createFaultyEngine();
        const heard: EngineEvents['device'][] = [];
        engine.on('device', (detail) => heard.push(detail));
        const report = await engine.start({ backend });
        await engine.loadModel({ manifest, base: location.href });
        fail(fault);
        const { study } = await engine.open({
          model: manifest.id,
          picture: window.harness.pattern(side),
        });
        const { change } = await engine.edited({ study, edits, radius });
        // An exception may come only after the call it was meant for: a dead worker is replaced all the same.
        while (heard.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
        engine.dispose();
        return { first: report.backend, change, heard, spawned: spawned() };
      },
      { manifest: site.manifest, fault, backend, edits: EDITS, radius: RADIUS, side: SIDE },
    );
  }

  it.each([
    ['throw', 'wasm'],
    ['lose-device', 'webgpu'],
    ['invalid-program', 'webgpu'],
  ] as const)(
    'by the fault "%s" on %s computes the same in another, on WebAssembly',
    async (fault, backend) => {
      await open(site.isolated);
      const { first, change, heard, spawned } = await pokeAfter(fault, backend);
      expect(first).toBe(backend);
      expect(change.nearRms).toBeCloseTo(alone.change.nearRms, 2);
      expect(change.farRms).toBeCloseTo(alone.change.farRms, 2);
      expect(heard.map(({ report }) => report.backend)).toEqual(['wasm']);
      expect(heard[0].message).toContain('Your edits are kept.');
      expect(heard[0].report.rejected.map((rejection) => rejection.backend)).toContain('webgpu');
      expect(spawned).toBe(2);
    },
  );

  it('by WebGL contexts that are lost and restored, idle and in mid-decode, computes the same', async () => {
    await open(site.isolated);
    const { change, heard, spawned } = await page.evaluate(
      async ({ manifest, edits, radius, side }) => {
        const { engine, fail, spawned } = window.harness.createFaultyEngine();
        const heard: EngineEvents['device'][] = [];
        engine.on('device', (detail) => heard.push(detail));
        await engine.start({ backend: 'webgl' });
        await engine.loadModel({ manifest, base: location.href });
        const { study } = await engine.open({
          model: manifest.id,
          picture: window.harness.pattern(side),
        });
        await engine.base({ study });
        fail('lose-context');
        // By now the context is there again, and says that it is not lost.
        await new Promise((resolve) => setTimeout(resolve, 500));
        let failed = false;
        const { change } = await engine.edited(
          { study, edits, radius },
          {
            onProgress(fraction) {
              // In the second worker, which the first loss has brought.
              if (failed || spawned() < 2 || fraction < 0.2) return;
              failed = true;
              fail('lose-context');
            },
          },
        );
        engine.dispose();
        return { change, heard, spawned: spawned() };
      },
      { manifest: site.manifest, edits: EDITS, radius: RADIUS, side: SIDE },
    );
    expect(change.nearRms).toBeCloseTo(alone.change.nearRms, 2);
    expect(change.farRms).toBeCloseTo(alone.change.farRms, 2);
    expect(spawned).toBe(3);
    expect(heard.map(({ report }) => report.backend)).toEqual(['webgl', 'wasm']);
    expect(heard[0].message).toMatch(/^The graphics processor was lost\. Your edits are kept\./);
  });

  it('by a worker that ends without a word computes the same in another', async () => {
    await open(site.isolated);
    const { change, messages, spawned, seconds } = await page.evaluate(
      async ({ manifest, edits, radius, side }) => {
        const { engine, fail, spawned } = window.harness.createFaultyEngine();
        const messages: string[] = [];
        engine.on('device', ({ message }) => messages.push(message));
        await engine.loadModel({ manifest, base: location.href });
        const { study } = await engine.open({
          model: manifest.id,
          picture: window.harness.pattern(side),
        });
        fail('end');
        const start = performance.now();
        const { change } = await engine.edited({ study, edits, radius });
        const seconds = (performance.now() - start) / 1000;
        engine.dispose();
        return { change, messages, spawned: spawned(), seconds };
      },
      { manifest: site.manifest, edits: EDITS, radius: RADIUS, side: SIDE },
    );
    expect(change.nearRms).toBeCloseTo(alone.change.nearRms, 2);
    expect(spawned).toBe(2);
    expect(messages).toHaveLength(1);
    expect(seconds).toBeLessThan(60);
  });

  it('by a full WebAssembly memory tells to choose a smaller size, which then works', async () => {
    await open(site.isolated);
    const outcome = await page.evaluate(async (manifest) => {
      const { engine, spawned } = window.harness.createFaultyEngine('small-memory');
      await engine.start({ backend: 'wasm' });
      await engine.loadModel({ manifest, base: location.href });
      const openAt = (side: number) => {
        const data = new Uint8ClampedArray(4 * side * side);
        return engine.open({ model: manifest.id, picture: { width: side, height: side, data } });
      };
      const { code, advice } = await openAt(1024).catch((error) => error);
      const afterFailure = spawned();
      const { study } = await openAt(64);
      const { pixels } = await engine.base({ study });
      return { code, advice, afterFailure, width: pixels.width };
    }, site.manifest);
    expect(outcome).toMatchObject({
      code: 'out-of-memory',
      advice: 'Choose a smaller size. Your edits are kept.',
      // The heap was emptied once before giving up.
      afterFailure: 2,
      width: 64,
    });
  });
});

describe('the development server', () => {
  it('runs the same engine, threads included', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'engine-dev-'));
    writeModel(folder);
    const server = await createServer({
      root: HARNESS,
      configFile: CONFIG_FILE,
      cacheDir: join(folder, 'cache'),
      publicDir: folder,
      logLevel: 'error',
      server: { host: 'localhost', port: 0, fs: { strict: false } },
    });
    try {
      await server.listen();
      await open(server.resolvedUrls!.local[0]);
      const way = await wholeWay();
      expect(way.report).toMatchObject({ backend: 'wasm', threads: THREADS });
      expectSame(way);
    } finally {
      await server.close();
      rmSync(folder, { recursive: true });
    }
  });
});
