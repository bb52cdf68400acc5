/** An engine, a reader of pictures and a recording for tests: nothing is computed, everything can be held back. */
import type { StoreApi } from 'zustand/vanilla';
import { InspectorError } from '@/common/errors';
import type { Edit } from '@/edits';
import type {
  DeviceMeasurement,
  DeviceReport,
  Engine,
  EngineCall,
  EngineCalls,
  EngineEvents,
  ExperimentArgs,
  ModelSource,
  PartialRunOptions,
  Pixels,
  RunOptions,
} from '@/engine/protocol';
import { writeHalves, writeProfiles } from '@/formats/recording/numbers';
import type { RecordingSource } from '@/formats/recording/pictures';
import type { Recording } from '@/formats/recording/recording';
import type { Latent, PosteriorData } from '@/latent/types';
import { NO_CHANGE } from '@/measures/change';
import { controlEdits } from '@/measures/control';
import type { StoredFile, StoredFiles } from '@/models/storedFiles';
import type { PictureReader } from '@/session/pictures/pictures';
import { createInspectorStore, type InspectorStoreOptions } from '@/session/store';
import type { InspectorStore, StartingPicture } from '@/session/types';
import { parseConfig } from '@/vae/config';

export const FACTOR = 8;

/** One call that reached the fake engine. */
export interface Call<K extends EngineCall = EngineCall> {
  name: K;
  args: EngineCalls[K]['args'];
  run: RunOptions;
  resolve(): void;
  reject(error: unknown): void;
  settled: boolean;
}

export class FakeEngine {
  readonly calls: Call[] = [];
  readonly closed: number[] = [];
  readonly unloaded: string[] = [];
  /** Calls of these names wait until the test lets them go. */
  readonly held = new Set<EngineCall>();
  /** Errors for the next calls of a name, in order. */
  readonly failures = new Map<EngineCall, unknown[]>();
  backend: 'wasm' | 'cpu' = 'wasm';
  /** Channels by model id; 4 for any other. */
  readonly channels: Record<string, number> = {};
  /** Pixels per cell side by model id; 8 for any other. */
  readonly factors: Record<string, number> = {};
  /** The files that are kept on this computer. */
  storedFiles: StoredFiles = { files: [], place: 'opfs', usage: null, quota: null };
  private readonly listeners = {
    device: new Set<(detail: EngineEvents['device']) => void>(),
    transfer: new Set<(detail: EngineEvents['transfer']) => void>(),
    notice: new Set<(detail: EngineEvents['notice']) => void>(),
    rechecked: new Set<(detail: EngineEvents['rechecked']) => void>(),
  };
  private readonly studies = new Map<number, { model: string; latent: Latent }>();
  private lastStudy = 0;

  readonly engine: Engine = {
    start: (args, run) => this.call('start', args, run, () => this.report()),
    loadModel: (args, run) =>
      this.call('loadModel', args, run, () => ({
        id: args.manifest.id,
        name: args.manifest.name,
        config: parseConfig({
          latent_channels: this.channels[args.manifest.id] ?? 4,
          ...args.manifest.config,
        }),
        factor: this.factorOf(args.manifest.id),
        parameters: 1,
        memory: [],
        loadMilliseconds: 1,
        layout: 'diffusers',
        dtypes: ['F16'],
        assumptions: [],
        scalingAssumed: false,
        provenance: {
          kind: args.manifest.kind,
          address: '',
          revision: null,
          sha256: args.manifest.files[0]?.sha256 ?? null,
          stored: null,
          notices: [],
        },
      })),
    steerTransfer: (args, run) => this.call('steerTransfer', args, run, () => null),
    stored: (args, run) => this.call('stored', args, run, () => this.storedFiles),
    removeStored: (args, run) =>
      this.call('removeStored', args, run, () => {
        const files = this.storedFiles.files.filter(({ key }) => key !== args.key);
        this.storedFiles = { ...this.storedFiles, files };
        return this.storedFiles;
      }),
    unloadModel: (args) => {
      this.unloaded.push(args.model);
      return Promise.resolve(null);
    },
    open: (args, run) =>
      this.call('open', args, run, () => {
        const side = args.picture.width / this.factorOf(args.model);
        const posterior = fakePosterior(side, side, this.channels[args.model] ?? 4, args.model.length);
        const study = ++this.lastStudy;
        const { rows, cols, channels, mean } = posterior;
        this.studies.set(study, { model: args.model, latent: { rows, cols, channels, data: mean } });
        return { study, posterior, encodeMilliseconds: 500 };
      }),
    share: (args, run) =>
      this.call('share', args, run, () => {
        const study = ++this.lastStudy;
        this.studies.set(study, { model: args.model, latent: this.latent(args.study) });
        return { study };
      }),
    openLatent: (args, run) =>
      this.call('openLatent', args, run, () => {
        const study = ++this.lastStudy;
        this.studies.set(study, { model: args.model, latent: args.latent });
        return { study };
      }),
    close: ({ study }) => {
      this.closed.push(study);
      return Promise.resolve(null);
    },
    base: (args, run) =>
      this.call('base', args, run, () => ({
        pixels: this.pixels(args.study, 100),
        decodeMilliseconds: 2000,
      })),
    edited: (args, run) =>
      this.call('edited', args, run, () => ({
        pixels: this.pixels(args.study, 110),
        difference: new Float32Array(4),
        change: { ...NO_CHANGE, farRms: strength(args.edits), profile: new Array(20).fill(0) },
        decodeMilliseconds: 1000,
      })),
    control: (args, run) =>
      this.call('control', args, run, () => ({
        cell: controlEdits(this.latent(args.study), args.edits, args.radius)!.cells[0],
        pixels: this.pixels(args.study, 101),
        difference: new Float32Array(4),
        change: { ...NO_CHANGE, farRms: 0.5, profile: new Array(20).fill(0) },
        decodeMilliseconds: 1000,
      })),
    decode: () => Promise.reject(new Error('not used')),
    measureDevice: (args, run) =>
      this.call('measureDevice', args, run, () => fakeMeasurement(args, this.report())),
    experiment: (args, run) => this.experiment(args, run),
    on: (event, listener) => {
      const listeners = this.listeners[event] as Set<typeof listener>;
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispose: () => {},
  };

  /** The device was lost and another one took over. */
  replaceDevice(message: string): void {
    this.backend = 'cpu';
    for (const listener of this.listeners.device) listener({ report: this.report(), message });
  }

  /** A download went on, ended or failed. */
  transfer(detail: EngineEvents['transfer']): void {
    for (const listener of this.listeners.transfer) listener(detail);
  }

  /** Something is said about a model's file. */
  notice(detail: EngineEvents['notice']): void {
    for (const listener of this.listeners.notice) listener(detail);
  }

  /** A decode was repeated; it gave something else where there is an error. */
  rechecked(detail: EngineEvents['rechecked']): void {
    for (const listener of this.listeners.rechecked) listener(detail);
  }

  get listening(): number {
    return this.listeners.device.size + this.listeners.transfer.size;
  }

  /** Experiments that were asked for, each held until the test settles it. */
  readonly asked: {
    args: ExperimentArgs;
    run: PartialRunOptions<never>;
    resolve(result: unknown): void;
    reject(error: unknown): void;
  }[] = [];

  private experiment(args: ExperimentArgs, run: PartialRunOptions<never> = {}): Promise<never> {
    return new Promise((resolve, reject) => {
      const abort = () => reject(new InspectorError('aborted', 'Cancelled.'));
      // One signal serves a whole report: who is done listens no more.
      const settled =
        <T>(settle: (value: T) => void) =>
        (value: T) => {
          run.signal?.removeEventListener('abort', abort);
          settle(value);
        };
      run.signal?.addEventListener('abort', abort);
      this.asked.push({
        args,
        run,
        resolve: settled(resolve as (result: unknown) => void),
        reject: settled(reject),
      });
    });
  }

  /** Calls of a name, in order. */
  all<K extends EngineCall>(name: K): Call<K>[] {
    return this.calls.filter((call) => call.name === name) as unknown as Call<K>[];
  }

  /** The newest call of a name. */
  last<K extends EngineCall>(name: K): Call<K> {
    return this.all(name).at(-1)!;
  }

  private report(): DeviceReport {
    return {
      backend: this.backend,
      label: `fake ${this.backend}`,
      reason: 'It is a test.',
      precision: 'single',
      threads: 1,
      rejected: [],
      selfTest: { milliseconds: 1, largestError: 0 },
    };
  }

  private pixels(study: number, level: number): Pixels {
    const { model, latent } = this.studies.get(study)!;
    const factor = this.factorOf(model);
    return flat(latent.cols * factor, latent.rows * factor, level + this.levelOf(model));
  }

  private latent(study: number): Latent {
    return this.studies.get(study)!.latent;
  }

  private factorOf(model: string): number {
    return this.factors[model] ?? FACTOR;
  }

  /** Added to the level of every picture of a model, so that tests see whose it is: 0 for `mini-spot`, 1 for `mini-clean`. */
  private levelOf(model: string): number {
    return Math.max(
      0,
      MODELS.findIndex(({ manifest }) => manifest.id === model),
    );
  }

  private call<K extends EngineCall>(
    name: K,
    args: EngineCalls[K]['args'],
    run: RunOptions = {},
    answer: () => EngineCalls[K]['result'],
  ): Promise<EngineCalls[K]['result']> {
    return new Promise((resolve, reject) => {
      const call: Call<K> = {
        name,
        args,
        run,
        settled: false,
        resolve: () => {
          call.settled = true;
          resolve(answer());
        },
        reject: (error) => {
          call.settled = true;
          reject(error);
        },
      };
      this.calls.push(call as unknown as Call);
      const abort = () => call.reject(new InspectorError('aborted', 'The computation was cancelled.'));
      if (run.signal?.aborted) return abort();
      run.signal?.addEventListener('abort', abort);
      const failure = this.failures.get(name)?.shift();
      if (failure !== undefined) call.reject(failure);
      else if (!this.held.has(name)) call.resolve();
    });
  }
}

/** A measurement in which an encode takes 1 s and a decode 2 s, with one layer. */
export function fakeMeasurement(
  { model, sizes }: EngineCalls['measureDevice']['args'],
  device: DeviceReport,
): DeviceMeasurement {
  const timing = (milliseconds: number) => ({
    median: milliseconds,
    least: 0.9 * milliseconds,
    most: 1.2 * milliseconds,
    runs: [milliseconds, 0.9 * milliseconds, 1.2 * milliseconds],
  });
  return {
    device,
    model: { id: model, name: `Model ${model}`, parameters: 1000, sha256: 'abcdef' },
    passes: sizes.flatMap((size) =>
      (['encoder', 'decoder'] as const).map((half) => ({
        size,
        half,
        flops: 5e9,
        milliseconds: timing(half === 'encoder' ? 1000 : 2000),
        peakBytes: 2 ** 28,
      })),
    ),
    layers: [
      {
        layer: { kind: 'convolution', size: 3, ins: 16, outs: 24, rows: 64, cols: 64 },
        count: 2,
        flops: 1e9,
        milliseconds: timing(100),
      },
      {
        layer: { kind: 'norm', channels: 16, groups: 4, silu: true, rows: 64, cols: 64 },
        count: 3,
        flops: 0,
        milliseconds: timing(20),
      },
    ],
    layersSize: Math.max(...sizes),
    disturbed: 0,
  };
}

/** A number that tells edits apart. */
export function strength(edits: readonly Edit[]): number {
  return edits.reduce((sum, edit) => sum + ('values' in edit ? Math.abs(edit.values[0]) : 1), 0);
}

export function flat(width: number, height: number, level: number): Pixels {
  return { width, height, data: new Uint8ClampedArray(width * height * 4).fill(level) };
}

/** @param scale its sigma grows with it, so that models differ in theirs */
export function fakePosterior(rows: number, cols: number, channels: number, scale = 9): PosteriorData {
  const length = rows * cols * channels;
  const mean = Float32Array.from({ length }, (_, at) => Math.fround(Math.sin(at * 1.7) * (scale / 3)));
  const logvar = new Float32Array(length).fill(-20);
  return { rows, cols, channels, mean, logvar, rawLogvar: logvar };
}

export const PICTURES: StartingPicture[] = ['chart', 'harbour'].map((id) => ({
  id,
  file: `${id}.webp`,
  title: id.toUpperCase(),
  thumbnail: `${id}-small.webp`,
  alt: `A ${id}`,
  width: 1024,
  height: 1024,
  licence: 'CC0-1.0',
}));

export const MODELS: ModelSource[] = ['mini-spot', 'mini-clean', 'wide'].map((id) => ({
  base: 'http://localhost/models/',
  manifest: {
    id,
    name: `Model ${id}`,
    summary: '',
    kind: 'embedded',
    files: [{ path: `${id}.safetensors`, bytes: 50, sha256: 'f'.repeat(64) }],
    dtype: 'float16',
    layout: 'diffusers',
    licence: 'MIT',
    config: {},
  },
}));

export const HUB = 'https://hub.example';

/** Models of a hub, of 100 and 200 bytes: three with one encoder, one with its own. */
export const HUB_MODELS: ModelSource[] = ['sd1', 'sd1-mse', 'sd1-ema', 'sdxl'].map((id, at) => ({
  base: HUB,
  manifest: {
    id,
    name: id.toUpperCase(),
    summary: '',
    kind: 'hub',
    hub: { repository: `owner/${id}`, revision: 'c0ffee' },
    files: [{ path: 'vae.safetensors', bytes: at === 2 ? null : 100 * (at + 1), sha256: null }],
    config: {},
    ...(at < 3 ? { encoder: 'sd1' } : {}),
  },
}));

/** A file of one of them as it is kept. */
export function storedFile(id: string, rest: Partial<StoredFile> = {}): StoredFile {
  const address = `${HUB}/owner/${id}/resolve/c0ffee/vae.safetensors`;
  const place = { hub: HUB, repository: `owner/${id}`, revision: 'c0ffee', path: 'vae.safetensors' };
  return { key: address, ...place, bytes: 100, total: 100, complete: true, ...rest };
}

/** Reads any id or blob; `broken` and `missing` fail. Counts what it opens and closes. */
export class FakePictures {
  readonly reads: unknown[] = [];
  open = 0;
  notices: string[] = [];

  readonly read: PictureReader = async (source) => {
    this.reads.push(source);
    if (source === 'broken')
      throw new InspectorError('bad-image', 'This file is not a picture.', 'Choose another.');
    this.open += 1;
    const known = PICTURES.find(({ id }) => id === source);
    return {
      id: known?.id ?? null,
      title: known?.title ?? 'Your picture',
      alt: known?.alt ?? 'Your picture',
      side: 1024,
      fit: async (size) => ({ pixels: flat(size, size, 50), notices: this.notices }),
      close: () => {
        this.open -= 1;
      },
    };
  };
}

/** A recording of `mini-spot`, `chart`, 256 pixels: two cells at strengths 0, 0.5 and 1. */
export function fakeExample(): RecordingSource & { asked: string[] } {
  const still = { rms: 0, largest: 0 };
  const { profile: _, ...measures } = NO_CHANGE;
  const frame = (cell: number, index: number) => ({
    change: { ...measures, farRms: cell * 10 + index },
    control: { ...measures, farRms: 0.25 },
    error: still,
    changeError: still,
  });
  const recording: Recording = {
    format: 'latent-inspector-recording',
    version: 1,
    title: 'A test',
    caption: '',
    date: '2026-01-02T03:04:05.000Z',
    tool: 'latent-inspector 0',
    backend: 'a test',
    model: {
      id: 'mini-spot',
      name: 'Mini',
      kind: 'embedded',
      sha256: null,
      bytes: 1,
      repository: null,
      revision: null,
    },
    picture: { id: 'chart', title: 'CHART', alt: 'A chart', licence: null, sha256: null },
    size: 256,
    factor: FACTOR,
    rows: 32,
    cols: 32,
    channels: 4,
    radius: 4,
    definitions: [],
    strengths: [0, 0.5, 1],
    shown: { cell: 0, strength: 2, layer: 'norm' },
    errors: { picture: still, base: still, mean: 0, rawLogvar: 0 },
    cells: [0, 1].map((cell) => ({
      cell: { row: 10 + cell, col: 20 },
      label: cell === 0 ? 'the spot' : 'an ordinary cell',
      edit: { kind: 'heal', cell: { row: 10 + cell, col: 20 } },
      delta: [4, -2, 0, 1],
      control: { row: 1, col: 1 },
      // One image, a change of 12 levels everywhere.
      images: [{ part: `image-${cell}`, scale: 12, weights: [0, 0.5, 1] }],
      frames: [0, 1, 2].map((index) => frame(cell, index)),
    })),
    parts: [],
  };
  const posterior = fakePosterior(32, 32, 4);
  const profiles = [0, 1].map(() => [0, 1, 2].map(() => ({ change: [1, 2, 3], control: [1] })));
  const asked: string[] = [];
  const named = new Map<ArrayBufferLike, string>();
  return {
    recording,
    asked,
    part: async (name) => {
      asked.push(name);
      if (name === 'mean') return writeHalves(posterior.mean);
      if (name === 'rawLogvar') return writeHalves(posterior.rawLogvar);
      if (name === 'profiles') return writeProfiles(profiles, recording);
      const bytes = new Uint8Array(1);
      named.set(bytes.buffer, name);
      return bytes;
    },
    decode: async (bytes, width, height) => {
      const name = named.get(bytes.buffer);
      return flat(width, height, name === 'base' ? 60 : name === 'picture' ? 50 : 255);
    },
  };
}

export interface Bench {
  fake: FakeEngine;
  pictures: FakePictures;
  store: StoreApi<InspectorStore>;
  readonly state: InspectorStore;
}

/** A store on fakes, at 256 pixels (32 x 32 cells) unless told otherwise. */
export function bench(options: Partial<InspectorStoreOptions> = {}): Bench {
  const fake = new FakeEngine();
  fake.channels.wide = 16;
  const pictures = new FakePictures();
  const store = createInspectorStore({
    engine: fake.engine,
    models: MODELS,
    pictures: PICTURES,
    readPicture: pictures.read,
    view: { size: 256 },
    ...options,
  });
  return {
    fake,
    pictures,
    store,
    get state() {
      return store.getState();
    },
  };
}

/** Lets everything that can go on go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setTimeout(resolve));
}

export const heal = (row: number, col: number): Edit => ({ kind: 'heal', cell: { row, col } });
export const add = (row: number, col: number, value: number, channels = 4): Edit => ({
  kind: 'add',
  cell: { row, col },
  values: [value, ...new Array(channels - 1).fill(0)],
});
