/** A worker that is none: the real host on the cpu backend of this process, with faults to order. */
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { InspectorError } from '@/common/errors';
import type { LiveBackend } from '@/engine/backends/live';
import type { BackendName } from '@/engine/backends/name';
import type { WorkerPort } from '@/engine/client/client';
import type { ModelSource, Pixels } from '@/engine/protocol';
import { host } from '@/engine/worker/host';
import type { OpenedModel, OpeningRun } from '@/engine/worker/opening';
import { writeSafetensors } from '@/models/files/safetensors';
import { bufferSource } from '@/models/files/source';
import { ModelFile } from '@/models/load';
import { syntheticTensors } from '@/models/synthetic';
import { AutoencoderKL } from '@/vae/autoencoder';
import { parseConfig } from '@/vae/config';

const CONFIG = parseConfig({
  block_out_channels: [8, 8],
  layers_per_block: 1,
  norm_num_groups: 4,
  latent_channels: 4,
});

/** A network that the tests can also ask directly. */
export function network(seed = 1): AutoencoderKL {
  return AutoencoderKL.fromTensors(CONFIG, new Map(syntheticTensors(CONFIG, seed)));
}

export function source(id = 'tiny'): ModelSource {
  return {
    base: 'http://localhost/',
    manifest: {
      id,
      name: 'Tiny',
      summary: 'Random weights.',
      kind: 'embedded',
      files: [{ path: `${id}.safetensors`, bytes: 1, sha256: '0'.repeat(64) }],
      dtype: 'float32',
      layout: 'diffusers',
      licence: 'MIT',
      config: CONFIG,
    },
  };
}

export function picture(side = 24): Pixels {
  const data = new Uint8ClampedArray(4 * side * side);
  for (let i = 0; i < data.length; i++) data[i] = i % 4 === 3 ? 255 : (i * 37) % 256;
  return { width: side, height: side, data };
}

/** Decides what goes wrong; shared by all workers of a test. */
export class Faults {
  /** Workers spawned so far. */
  readonly workers: FakeWorker[] = [];
  /** Asked between stages: an error is thrown there, as a device's fault would be. */
  atStage: (backend: BackendName, stage: number) => InspectorError | null = () => null;
  /** Counts how often a backend was asked between stages, over all workers. */
  stages = 0;
  /** Backends whose start fails. */
  broken = new Set<BackendName>();
  /** Backends whose start never ends. */
  hanging = new Set<BackendName>();
  /** Awaited between stages, beside `atStage`: what never settles is a device that does not answer. */
  wait: (backend: BackendName) => Promise<void> = async () => {};
  /** Workers die before they have answered anything. */
  stillborn = false;
  /** The scripts of workers never come, and nobody says so. */
  mute = false;
  /** Called when a model's weights are being uploaded. */
  whileLoading = () => {};
  encodes = 0;
  loads = 0;

  spawn = (): WorkerPort => {
    const worker = new FakeWorker(this);
    this.workers.push(worker);
    return worker;
  };

  startBackend = async (backend: BackendName): Promise<LiveBackend> => {
    if (this.hanging.has(backend)) return new Promise(() => {});
    if (this.broken.has(backend)) throw new Error('broken');
    await tf.setBackend('cpu');
    return {
      threads: backend === 'wasm' ? 2 : 1,
      settle: async () => {
        this.stages += 1;
        const fault = this.atStage(backend, this.stages);
        if (fault) throw fault;
        await this.wait(backend);
      },
      check: () => {},
      explain: () => null,
      trim: () => {},
    };
  };

  /** Of models with an id that begins with `hub`: how their download ends; held back until the test says. */
  readonly downloads = new Map<string, FakeDownload>();

  open = async ({ manifest }: ModelSource, { onTransfer }: OpeningRun): Promise<OpenedModel> => {
    this.loads += 1;
    const bytes = writeSafetensors(new Map(syntheticTensors(CONFIG, 1)));
    const source = {
      ...bufferSource(bytes, manifest.id),
      read: async (offset: number, length: number) => {
        // Beyond the header, that is.
        if (offset > 8) this.whileLoading();
        return bytes.slice(offset, offset + length);
      },
    };
    const file = await ModelFile.open([source], manifest.id, CONFIG);
    const encode = file.network.encodeStaged.bind(file.network);
    file.network.encodeStaged = (...args) => {
      this.encodes += 1;
      return encode(...args);
    };
    const download = manifest.id.startsWith('hub') ? new FakeDownload(onTransfer) : null;
    if (download) this.downloads.set(manifest.id, download);
    return {
      file,
      download,
      provenance: () => ({
        kind: manifest.kind,
        address: manifest.id,
        revision: null,
        sha256: download?.isWhole === false ? null : 'abc',
        stored: null,
        notices: [],
      }),
      close: () => download?.close(),
    };
  };
}

/** A download whose end the test decides. */
export class FakeDownload {
  isWhole = false;
  isClosed = false;
  paused: boolean[] = [];
  finish = () => {};
  fail: (error: unknown) => void = () => {};
  readonly whole: Promise<void>;

  constructor(readonly report: OpeningRun['onTransfer']) {
    this.whole = new Promise<void>((resolve, reject) => {
      this.finish = () => {
        this.isWhole = true;
        resolve();
      };
      this.fail = reject;
    });
    this.whole.catch(() => {});
  }

  pause(paused: boolean): void {
    this.paused.push(paused);
  }

  close(): void {
    this.isClosed = true;
    this.fail(new InspectorError('aborted', 'Closed.'));
  }
}

export class FakeWorker implements WorkerPort {
  private readonly channel = new MessageChannel();
  private readonly onError = new Set<(event: Event) => void>();
  terminated = false;

  constructor(faults: Faults) {
    this.channel.port1.start();
    this.channel.port2.start();
    if (faults.mute) return;
    if (faults.stillborn) {
      setTimeout(() => this.die('syntax error'), 1);
      return;
    }
    host(this.channel.port1, {
      probe: async () => ({
        adapter: null,
        facts: {
          webgpu: { vendor: 'acme', architecture: '', device: '', description: '', isFallbackAdapter: false },
          simd: true,
          isolated: true,
          cores: 2,
        },
      }),
      selfTest: async () => ({ milliseconds: 1, largestError: 0 }),
      startBackend: faults.startBackend,
      stopBackend: () => {},
      open: faults.open,
      listStored: async () => ({ files: [], place: null, usage: faults.loads, quota: null }),
      removeStored: async (key) => ({ files: [], place: null, usage: key.length, quota: null }),
    });
  }

  postMessage(message: unknown, transfer: Transferable[]): void {
    this.channel.port2.postMessage(message, transfer);
  }

  addEventListener(type: string, listener: (event: never) => void): void {
    if (type === 'message')
      this.channel.port2.addEventListener(type, listener as (event: MessageEvent) => void);
    else if (type === 'error') this.onError.add(listener as (event: Event) => void);
  }

  removeEventListener(type: 'message', listener: (event: MessageEvent) => void): void {
    this.channel.port2.removeEventListener(type, listener);
  }

  terminate(): void {
    this.terminated = true;
    this.channel.port1.close();
    this.channel.port2.close();
  }

  /** From now on nothing that it says is heard, as of a worker that hangs or has ended. */
  fallSilent(): void {
    this.channel.port1.postMessage = () => {};
  }

  /** Dies as a worker does whose script throws where nothing catches it. */
  die(message: string): void {
    const event = Object.assign(new Event('error', { cancelable: true }), { message });
    for (const listener of this.onError) listener(event);
  }
}
