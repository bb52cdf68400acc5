/**
 * What the page and the worker say to each other: types only, so that either side can be replaced
 * (a fake engine in tests, a recording in place of the worker).
 */
import type { Cell, Change, Edit, Latent, PosteriorData } from '../inspect/types';
import type { AutoencoderConfig } from '../vae/config';
import type { ModelManifest } from '../weights/manifest';

export type BackendName = 'webgpu' | 'wasm' | 'webgl' | 'cpu';

/** What computes, and why it was chosen. */
export interface DeviceReport {
  backend: BackendName;
  /** For people: "WebGPU, Apple M2", "this computer's CPU, 2 threads". */
  label: string;
  /** One sentence: why this backend and not a better one. */
  reason: string;
  /** CPU threads used (wasm), 1 otherwise. */
  threads: number;
  /** Backends that were tried or considered before this one, with what was wrong with them. */
  rejected: { backend: BackendName; reason: string }[];
  selfTest: { milliseconds: number; largestError: number };
}

/** Where a model comes from. `base` is the absolute URL against which the manifest's file paths are resolved. */
export type ModelSource = { manifest: ModelManifest; base: string };

export interface ModelInfo {
  id: string;
  name: string;
  config: AutoencoderConfig;
  /** Pixels per cell side, 8 for four levels. */
  factor: number;
  parameters: number;
  loadMilliseconds: number;
}

/** Straight RGBA, 8 bits a channel. */
export interface Pixels {
  width: number;
  height: number;
  data: Uint8ClampedArray<ArrayBuffer>;
}

/** A picture opened in a model: the worker keeps its posterior and base decode under `study`. */
export interface OpenedStudy {
  study: number;
  posterior: PosteriorData;
  encodeMilliseconds: number;
}

export interface BaseDecode {
  pixels: Pixels;
  decodeMilliseconds: number;
}

export interface EditedDecode {
  /** The decode of `apply(mean, edits)`. */
  pixels: Pixels;
  /** RMS over red, green and blue of the change against the base decode, `[height * width]`, levels, float. */
  difference: Float32Array<ArrayBuffer>;
  change: Change;
  decodeMilliseconds: number;
}

export interface ControlDecode {
  cell: Cell;
  pixels: Pixels;
  difference: Float32Array<ArrayBuffer>;
  change: Change;
  decodeMilliseconds: number;
}

export interface RunOptions {
  signal?: AbortSignal;
  /** Called with a fraction 0 to 1 and what is being done ("encoder, level 2 of 4"). */
  onProgress?(fraction: number, doing: string): void;
}

/** Every call the worker answers: its argument and its result. */
export interface EngineCalls {
  start: { args: { backend?: BackendName }; result: DeviceReport };
  loadModel: { args: ModelSource; result: ModelInfo };
  unloadModel: { args: { model: string }; result: null };
  /** Encodes `picture` (its sides multiples of the model's factor). */
  open: { args: { model: string; picture: Pixels }; result: OpenedStudy };
  close: { args: { study: number }; result: null };
  /** Decodes the mean; the result is kept in the worker for the calls below. */
  base: { args: { study: number }; result: BaseDecode };
  /** Decodes the edited latent. A later call supersedes one for the same study that has not started. */
  edited: { args: { study: number; edits: readonly Edit[]; radius: number }; result: EditedDecode };
  /**
   * Makes the same change at the control cell. Runs after, and gives way to, `edited`. Rejects with `not-found` where
   * no cell is far enough away to be one.
   */
  control: { args: { study: number; edits: readonly Edit[]; radius: number }; result: ControlDecode };
  /** Decodes any latent, for people and tests that want the plain network: levels are not clamped here, `[-1, 1]` nominal. */
  decode: {
    args: { model: string; latent: Latent };
    result: { width: number; height: number; data: Float32Array<ArrayBuffer> };
  };
}

export type EngineCall = keyof EngineCalls;

/**
 * The calls as the client passes them on to the worker. The client numbers the studies and keeps what they rest on, so
 * that another worker can take over: backends that failed are excluded, studies restored from the mean alone.
 */
export type WorkerCalls = Omit<EngineCalls, 'start' | 'open'> & {
  start: {
    args: { backend?: BackendName; excluded: DeviceReport['rejected'] };
    result: DeviceReport;
  };
  open: { args: EngineCalls['open']['args'] & { study: number }; result: OpenedStudy };
  restore: { args: { study: number; model: string; mean: Latent }; result: null };
};

/** Events the worker sends to the client. */
export interface WorkerEvents {
  /** Sent before a backend is started and tested: if nothing follows, it is known what hangs. */
  trying: { backend: BackendName };
}

/** Events the engine sends to the page. */
export interface EngineEvents {
  /**
   * The device was lost, it ran out of memory, or the worker died, and another took over (on another backend, or on the
   * same one): calls under way are done again there, models and studies are kept.
   */
  device: { report: DeviceReport; message: string };
}

/** The engine as the page sees it: one method a call, each with `{signal, onProgress}`. */
export type Engine = {
  [K in EngineCall]: (args: EngineCalls[K]['args'], run?: RunOptions) => Promise<EngineCalls[K]['result']>;
} & {
  on<K extends keyof EngineEvents>(event: K, listener: (detail: EngineEvents[K]) => void): () => void;
  dispose(): void;
};
