/** An engine, models and a wish for tests of the recorder. */
import { createHash } from 'node:crypto';
import type { Edit } from '@/edits';
import type { Engine, EngineCalls, ModelInfo, RunOptions } from '@/engine/protocol';
import type { RecordedPixels } from '@/formats/recording/pictures';
import type { Latent, PosteriorData } from '@/latent/types';
import { toLevels } from '@/measures/change';
import type { ModelManifest } from '@/models/manifest';
import type { RecordingSubject, RecordingTools } from '@/session/recording/recording';
import type { RecordingRequest } from '@/session/recording/types';
import { parseConfig } from '@/vae/config';
import { generator } from '../measures/cases';

export const CELLS = 12;
export const FACTOR = 8;
export const SIZE = CELLS * FACTOR;
export const RADIUS = 2;

/** Numbers between -width and width, three a cell. */
export function posteriorOf(seed: number, width = 1): PosteriorData {
  const random = generator(seed);
  const numbers = () => Float32Array.from({ length: 3 * CELLS * CELLS }, () => width * (2 * random() - 1));
  return { rows: CELLS, cols: CELLS, channels: 3, mean: numbers(), logvar: numbers(), rawLogvar: numbers() };
}

export function latentOf({ rows, cols, channels, mean }: PosteriorData): Latent {
  return { rows, cols, channels, data: mean };
}

/** A decoder in which each cell colours its own block, and the cell (1, 1) all of the picture, not quite in a straight line. */
export function decode({ data }: Latent): Float32Array<ArrayBuffer> {
  const news = 3 * (CELLS + 1);
  return Float32Array.from({ length: 3 * SIZE * SIZE }, (_, at) => {
    const pixel = Math.floor(at / 3);
    const cell = Math.floor(Math.floor(pixel / SIZE) / FACTOR) * CELLS + Math.floor((pixel % SIZE) / FACTOR);
    return 0.2 * data[3 * cell + (at % 3)] + 0.4 * Math.sin(data[news + (at % 3)]);
  });
}

export const levelsOf = (decoded: Float32Array<ArrayBuffer>) => ({
  width: SIZE,
  height: SIZE,
  data: toLevels(decoded),
});

export function fakeEngine() {
  const asked: string[] = [];
  const engine = {
    async decode({ model, latent }: EngineCalls['decode']['args'], run?: RunOptions) {
      run?.signal?.throwIfAborted();
      asked.push(model);
      run?.onProgress?.(0.5, 'half way');
      return { width: SIZE, height: SIZE, data: decode(latent) };
    },
  };
  /** Models that were asked for a decode, one each. */
  return { engine: engine as Pick<Engine, 'decode'> as Engine, asked };
}

/** Pictures as their bytes, and every fourth level lost. */
export const tools: RecordingTools = {
  encode: async ({ data }: RecordedPixels) => Uint8Array.from(data, (value) => value & 0xfc),
  decode: async (bytes, width, height) => ({ width, height, data: new Uint8ClampedArray(bytes) }),
  digest: async (bytes) => createHash('sha256').update(bytes).digest('hex'),
  pause: async () => {},
  now: () => new Date('2026-01-02T03:04:05Z'),
};

export function subjectOf(id: string, posterior: PosteriorData): RecordingSubject {
  const manifest: ModelManifest = {
    id,
    name: id,
    summary: '',
    kind: 'hub',
    hub: { repository: 'owner/name', revision: 'abc' },
    files: [{ path: 'a', bytes: 1234, sha256: null }],
    config: {},
  };
  const info: ModelInfo = {
    id,
    name: id,
    config: parseConfig({}),
    factor: FACTOR,
    parameters: 1,
    memory: [],
    loadMilliseconds: 0,
    layout: 'diffusers',
    dtypes: [],
    assumptions: [],
    scalingAssumed: false,
    provenance: {
      kind: 'hub',
      address: '',
      revision: 'abc',
      sha256: 'cd'.repeat(32),
      stored: null,
      notices: [],
    },
  };
  return {
    info,
    manifest,
    picture: { id: null, title: 'Mine', alt: 'Mine', licence: null },
    pixels: { width: SIZE, height: SIZE, data: new Uint8ClampedArray(4 * SIZE * SIZE).fill(200) },
    posterior,
    radius: RADIUS,
    backend: 'a test',
  };
}

const heal = (row: number, col: number): Edit => ({ kind: 'heal', cell: { row, col } });

export const wish: RecordingRequest = {
  title: 'A figure',
  caption: '',
  cells: [
    { label: 'ordinary', edit: heal(6, 6) },
    { label: 'the spot', edit: heal(1, 1) },
  ],
  strengths: [-0.5, 0, 0.5, 1],
  shown: { cell: 1, strength: 3, layer: 'norm' },
};
