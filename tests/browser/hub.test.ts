/**
 * The full network, all the way from a hub: found, redirected, downloaded in ranges, kept, checked, read tensor by tensor into
 * the worker, and decoded. The hub is a stand-in on this computer, the weights are synthetic, their outputs PyTorch's.
 */
import { readFileSync } from 'node:fs';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EngineEvents } from '@/engine/protocol';
import { SafetensorsFile } from '@/models/files/safetensors';
import { bufferSource } from '@/models/files/source';
import { type ModelManifest, parseManifest } from '@/models/manifest';
import { syntheticTensors } from '@/models/synthetic';
import { AutoencoderKL } from '@/vae/autoencoder';
import { type AutoencoderConfig, parseConfig } from '@/vae/config';
import { LAUNCH_OPTIONS } from '../chromium';
import { type FullSizeFile, writeFullSize } from '../hub/full-size';
import { openStandIn, type StandIn } from '../hub/standin';
import { pattern } from './engine/pattern';
import { openSite, type Site } from './engine/site';

const GOLDEN = new URL('../golden/data/full-128.safetensors', import.meta.url);
const SIDE = 64;

/** Bytes in the buffers of connections that are given up because others are waited for; on this computer they are large. */
const ON_ITS_WAY = 24e6;

/** Bytes that one request asks for. */
const PART = 16 * 2 ** 20;

let site: Site;
let browser: Browser;
let hub: StandIn;
let file: FullSizeFile;
let manifest: ModelManifest;
let golden: { latent: number[]; rows: number; cols: number; decoded: Float32Array };
let expectedMean: Float32Array;
let context: BrowserContext;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  const source = readFileSync(GOLDEN);
  const tensors = await SafetensorsFile.open(
    bufferSource(
      source.buffer.slice(source.byteOffset, source.byteOffset + source.byteLength) as ArrayBuffer,
    ),
  );
  const config = parseConfig(JSON.parse(tensors.metadata.config));
  const seed = Number(tensors.metadata.seed);
  const mean = await tensors.read('mean');
  const decoded = await tensors.read('decoded');
  const [, , rows, cols] = mean.shape;
  golden = {
    rows,
    cols,
    latent: fromPlanes(mean),
    decoded: Float32Array.from(fromPlanes(decoded)),
  };
  file = writeFullSize(config, seed);
  manifest = describeFile(file);
  expectedMean = await encodeAlone(config, seed);
  hub = await openStandIn({
    'stable-diffusion-v1-5/stable-diffusion-v1-5/vae/diffusion_pytorch_model.fp16.safetensors': file,
  });
  [site, browser] = await Promise.all([openSite(), chromium.launch(LAUNCH_OPTIONS)]);
});

afterAll(async () => {
  await browser?.close();
  await Promise.all([site?.close(), hub?.close()]);
  file?.remove();
});

beforeEach(async () => {
  hub.reset();
  context = await browser.newContext();
  await open();
});

afterEach(() => context.close());

/** A page of the same visitor: what was kept is there. */
async function open(): Promise<void> {
  page = await context.newPage();
  complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(site.isolated);
  await page.waitForFunction(() => 'harness' in window);
}

/** The manifest of SD1.x as it is shipped, but for the bytes, which are synthetic here. */
function describeFile({ bytes, sha256 }: FullSizeFile): ModelManifest {
  const sd1 = parseManifest(
    JSON.parse(readFileSync(new URL('../../models/sd1.json', import.meta.url), 'utf8')),
  );
  return { ...sd1, files: [{ ...sd1.files[0], bytes, sha256 }] };
}

/** PyTorch's `[1, C, h, w]` -> `[h, w, C]`. */
function fromPlanes({ shape, data }: { shape: number[]; data: Float32Array }): number[] {
  const [, channels, height, width] = shape;
  return Array.from(
    { length: data.length },
    (_, at) => data[(at % channels) * height * width + Math.floor(at / channels)],
  );
}

/** The picture's mean from the network alone, in this process, with no file, no hub and no worker. */
async function encodeAlone(config: AutoencoderConfig, seed: number): Promise<Float32Array> {
  await tf.setBackend('wasm');
  const vae = AutoencoderKL.fromTensors(config, new Map(syntheticTensors(config, seed)));
  const { data: pixels } = pattern(SIDE);
  const values = Float32Array.from({ length: 3 * SIDE * SIDE }, (_, at) => {
    return (pixels[4 * Math.floor(at / 3) + (at % 3)] / 255) * 2 - 1;
  });
  const { mean } = vae.encode(tf.tensor4d(values, [1, SIDE, SIDE, 3]));
  const data = new Float32Array(await mean.data());
  tf.disposeVariables();
  vae.dispose();
  return data;
}

interface Loaded {
  mean: Float32Array;
  decoded: Float32Array;
  transfers: EngineEvents['transfer'][];
  sha256: string | null;
  stored: string | null;
}

/** Loads, encodes a picture and decodes the golden latent; the download may still be going on in between. */
function wholeWay(model = manifest): Promise<Loaded> {
  return page.evaluate(
    async ({ manifest, hub, side, golden }) => {
      const engine = window.harness.createEngine();
      const transfers: EngineEvents['transfer'][] = [];
      engine.on('transfer', (detail) => transfers.push(detail));
      await engine.loadModel({ manifest, base: hub });
      const { posterior } = await engine.open({
        model: manifest.id,
        picture: window.harness.pattern(side),
      });
      const { rows, cols, latent } = golden;
      const decoded = await engine.decode({
        model: manifest.id,
        latent: { rows, cols, channels: 4, data: Float32Array.from(latent) },
      });
      while (transfers.length > 0 && transfers.at(-1)!.transfer !== null) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const info = await engine.loadModel({ manifest, base: hub });
      engine.dispose();
      return {
        mean: posterior.mean,
        decoded: decoded.data,
        transfers,
        sha256: info.provenance.sha256,
        stored: info.provenance.stored,
      };
    },
    { manifest: model, hub: hub.url, side: SIDE, golden: { ...golden, decoded: null } },
  );
}

function largestError(values: Float32Array, expected: ArrayLike<number>): number {
  let error = 0;
  let largest = 0;
  for (const [at, value] of values.entries()) {
    const difference = Math.abs(value - expected[at]);
    error = Number.isFinite(difference) ? Math.max(error, difference) : Number.POSITIVE_INFINITY;
    largest = Math.max(largest, Math.abs(expected[at]));
  }
  return values.length === expected.length ? error / largest : Number.POSITIVE_INFINITY;
}

/**
 * Tells whether the encoder's 68 MB were asked for before the rest, though they lie at the file's end: a latent need not wait for
 * the decoder. The probe, the header and what was begun beside it may go before.
 */
function encoderFirst(): boolean {
  const begins = hub.served.map(({ range }) => Number(/^bytes=(\d+)/.exec(range ?? '')?.[1]));
  const encoder = file.bytes - 68e6;
  const early = begins.slice(0, 9).filter((begin) => begin >= encoder - PART && begin < file.bytes);
  return early.length >= Math.floor(68e6 / PART);
}

const sent = () => hub.served.reduce((sum, { sent }) => sum + sent, 0);

describe('the full network from a hub', () => {
  it('computes what PyTorch computes, and a second visit needs no network at all', async () => {
    hub.faults.rate = 15e6;
    const first = await wholeWay();
    expect(largestError(first.decoded, golden.decoded)).toBeLessThan(1e-4);
    expect(largestError(first.mean, expectedMean)).toBeLessThan(1e-4);
    expect(first).toMatchObject({ sha256: file.sha256, stored: 'opfs' });
    expect(first.transfers.at(-1)).toMatchObject({ transfer: null, provenance: { sha256: file.sha256 } });
    expect(encoderFirst()).toBe(true);
    expect(sent()).toBeLessThan(file.bytes + ON_ITS_WAY);
    expect(hub.asked.every(({ method }) => method === 'GET')).toBe(true);

    const asked = hub.asked.length;
    await page.close();
    await open();
    const second = await wholeWay();
    expect(hub.asked).toHaveLength(asked);
    expect(second.transfers.filter(({ transfer }) => transfer !== null)).toEqual([]);
    expect(second.decoded).toEqual(first.decoded);
    expect(complaints).toEqual([]);
  });

  it('goes on after the tab was closed from the bytes that were there', async () => {
    hub.faults.rate = 12e6;
    await page.evaluate(
      async ({ manifest, hub }) => {
        const engine = window.harness.createEngine();
        engine.loadModel({ manifest, base: hub }).catch(() => {});
        await new Promise<void>((resolve) => {
          engine.on('transfer', ({ transfer }) => {
            if (transfer && transfer.received > 40e6) resolve();
          });
        });
      },
      { manifest, hub: hub.url },
    );
    await page.close();
    hub.faults.rate = null;
    await open();
    const kept = await page.evaluate(() => window.harness.createEngine().stored({}));
    expect(kept.files).toMatchObject([{ complete: false, total: file.bytes }]);
    expect(kept.files[0].bytes).toBeGreaterThan(30e6);
    const before = sent();
    const { decoded, sha256 } = await wholeWay();
    expect(sha256).toBe(file.sha256);
    expect(sent() - before).toBeLessThan(file.bytes - kept.files[0].bytes + ON_ITS_WAY);
    expect(largestError(decoded, golden.decoded)).toBeLessThan(1e-4);
  });

  it('is refused when a byte is wrong, says so, and keeps nothing of it', async () => {
    hub.faults.wrongByte = file.bytes - 5;
    const { error, files, message } = await page.evaluate(
      async ({ manifest, hub }) => {
        const engine = window.harness.createEngine();
        const failed = new Promise<EngineEvents['transfer']['error']>((resolve) => {
          engine.on('transfer', ({ error }) => error && resolve(error));
        });
        await engine.loadModel({ manifest, base: hub, parts: [] });
        const error = await failed;
        const { files } = await engine.stored({});
        const latent = { rows: 1, cols: 1, channels: 4, data: new Float32Array(4) };
        const message = await engine.decode({ model: manifest.id, latent }).then(
          () => 'decoded',
          (thrown: Error) => thrown.message,
        );
        return { error, files, message };
      },
      { manifest, hub: hub.url },
    );
    expect(error).toMatchObject({ code: 'bad-file' });
    expect(error!.message).toContain(file.sha256.slice(0, 8));
    expect(error!.advice).not.toBe('');
    expect(files).toEqual([]);
    expect(message).not.toBe('decoded');
  });
});
