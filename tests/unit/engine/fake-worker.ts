/** A worker that is none: the real host on the cpu backend of this process, with faults to order. */
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type { LiveBackend } from '../../../src/engine/backends/live';
import type { WorkerPort } from '../../../src/engine/client';
import { host } from '../../../src/engine/host';
import type { BackendName, ModelSource, Pixels } from '../../../src/engine/protocol';
import type { InspectorError } from '../../../src/errors';
import { AutoencoderKL } from '../../../src/vae/autoencoder';
import { parseConfig } from '../../../src/vae/config';
import { syntheticTensors } from '../../../src/weights/synthetic';

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
  /** Workers die before they have answered anything. */
  stillborn = false;
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
      },
      check: () => {},
      explain: () => null,
      trim: () => {},
    };
  };

  load = async (): Promise<AutoencoderKL> => {
    this.loads += 1;
    this.whileLoading();
    const model = network();
    const encode = model.encodeStaged.bind(model);
    model.encodeStaged = (...args) => {
      this.encodes += 1;
      return encode(...args);
    };
    return model;
  };
}

export class FakeWorker implements WorkerPort {
  private readonly channel = new MessageChannel();
  private readonly onError = new Set<(event: Event) => void>();
  terminated = false;

  constructor(faults: Faults) {
    this.channel.port1.start();
    this.channel.port2.start();
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
      load: faults.load,
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

  /** What a worker does whose script throws where nothing catches it. */
  die(message: string): void {
    const event = Object.assign(new Event('error', { cancelable: true }), { message });
    for (const listener of this.onError) listener(event);
  }
}
