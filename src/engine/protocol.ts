/**
 * Messages between the page and the worker: types only, so that either side can be replaced
 * (a fake engine in tests, a recording in place of the worker).
 */

import type { PlainError } from '@/common/errors';
import type { PartialRunOptions, RunOptions } from '@/common/rpc';
import type { Edit } from '@/edits';
import type { ExperimentName, ExperimentOptions, ExperimentResults } from '@/experiments/names';
import type { Scaling } from '@/latent/scaled';
import type { Cell, Change, Latent, PosteriorData } from '@/latent/types';
import type { Layout } from '@/models/layouts/keyMap';
import type { ModelManifest } from '@/models/manifest';
import type { Provenance } from '@/models/provenance';
import type { StoredFiles } from '@/models/storedFiles';
import type { Transfer } from '@/models/transfer';
import type { RowKernels } from '@/report/row';
import type { AutoencoderConfig } from '@/vae/config';
import type { Part } from '@/vae/shapes';
import type { BackendName } from './backends/name';
import type { Measurement, MeasureOptions } from './measure/measure';

export type { PartialRunOptions, RunOptions } from '@/common/rpc';

/**
 * Precision in which a decode keeps its maps, where the backend can: `half` takes half the memory and three digits. Encoding and
 * experiments are in single precision always.
 */
export type Precision = 'single' | 'half';

/** Report on what computes, and why it was chosen. */
export interface DeviceReport {
  backend: BackendName;
  /** Name for people: "WebGPU, Apple M2", "this computer's CPU, 2 threads". */
  label: string;
  /** One sentence: why this backend and not a better one. */
  reason: string;
  /** Precision of the decodes that are shown. */
  precision: Precision;
  /** CPU threads used (wasm), 1 otherwise. */
  threads: number;
  /** The program that computes, and the device that it runs on, as rows of reports tell it. */
  kernels?: RowKernels;
  /** Backends that were tried or considered before this one, with what was wrong with them. */
  rejected: { backend: BackendName; reason: string }[];
  selfTest: { milliseconds: number; largestError: number };
}

/**
 * Source of a model. `base`: for an embedded model the absolute URL against which its files' paths are resolved, for
 * one of a hub the hub's address. `file`: a visitor's own, with its config.json (parsed) where there is one.
 */
export type ModelSource =
  | { manifest: ModelManifest; base: string }
  | { manifest: ModelManifest; file: Blob; config?: unknown };

export interface ModelInfo {
  id: string;
  name: string;
  config: AutoencoderConfig;
  /** Pixels per cell side, 8 for four levels. */
  factor: number;
  parameters: number;
  /** Planned: what square pictures of so many pixels a side take beside the weights, bytes. */
  memory: { side: number; bytes: number }[];
  /** Time from the call to the encoder being on the device; with a download, that is most of it. */
  loadMilliseconds: number;
  layout: Layout;
  /** Types in which the file stores its numbers: F16, BF16, F32, or several of them. */
  dtypes: string[];
  /** Assumptions where the file did not say, one sentence each. */
  assumptions: string[];
  /** The scaling factor and shift are among them: nothing that came with the model says how its latents are scaled. */
  scalingAssumed: boolean;
  provenance: Provenance;
}

/** The halves of an autoencoder, each with its quant convolution. */
export type ModelPart = Part;

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

/** Edits of an open picture, and the radius in cells that separates near from far. */
export interface StudyArgs {
  study: number;
  edits: readonly Edit[];
  radius: number;
}

/** Decoder of the edits of an open picture: the engine, or a recording of what one has decoded. */
export interface StudyEngine {
  edited(args: StudyArgs, run?: RunOptions): Promise<EditedDecode>;
  /** A recording may have the numbers without the picture. Rejects with `not-found` where there is no control. */
  control(
    args: StudyArgs,
    run?: RunOptions,
  ): Promise<Pick<ControlDecode, 'cell' | 'change'> & Partial<Pick<ControlDecode, 'pixels' | 'difference'>>>;
  /** The edits nearest to these that it can decode, these themselves if it can; null where it has none. Absent: it can decode any. */
  nearest?(args: StudyArgs): readonly Edit[] | null;
  /** True where it answers within moments, so that nothing need be said of it. */
  isQuiet?: boolean;
}

/**
 * Whose turn it is where several calls wait: `interactive`, by default, for what the visitor waits for; `secondary` for the same of
 * the second model; `background` for what may wait for everything else, as experiments do.
 */
export type CallPriority = 'interactive' | 'secondary' | 'background';

/** Every call the worker answers: its argument and its result. */
export interface EngineCalls {
  /** `recheck`: of so many decodes of edits one is done twice and compared, on WebAssembly, while nobody waits; 0 by default: none. */
  start: {
    args: {
      backend?: BackendName | undefined;
      precision?: Precision | undefined;
      recheck?: number | undefined;
    };
    result: DeviceReport;
  };
  /**
   * Opens a model and puts its encoder on the device (`parts`: also its decoder, or that alone). What is not asked for is
   * loaded when it is first needed. Where the file has to be downloaded, the `transfer` event tells how far it is.
   */
  loadModel: { args: ModelSource & { parts?: readonly ModelPart[] }; result: ModelInfo };
  unloadModel: { args: { model: string }; result: null };
  /**
   * Stops or continues a model's download; whoever waits for its bytes goes on waiting. `paused: false` also ends a wait for the next
   * try. No effect where there is no download.
   */
  steerTransfer: { args: { model: string; paused: boolean }; result: null };
  /** The downloaded files that are kept on this computer. */
  stored: { args: Record<string, never>; result: StoredFiles };
  /** Deletes one of them (a model on the device stays there). */
  removeStored: { args: { key: string }; result: StoredFiles };
  /**
   * Encodes `picture` (its sides multiples of the model's factor).
   */
  open: {
    args: { model: string; picture: Pixels; priority?: CallPriority };
    result: OpenedStudy;
  };
  /**
   * Opens the latent of another study in a model with the same encoder: nothing is encoded, the mean is the very same.
   * The posterior is that of the other study.
   */
  share: { args: { study: number; model: string }; result: { study: number } };
  /** Opens a latent that came from elsewhere in a model, unscaled, `[rows, cols, channels]`: nothing is encoded. */
  openLatent: { args: { model: string; latent: Latent }; result: { study: number } };
  close: { args: { study: number }; result: null };
  /** Decodes the mean; the result is kept in the worker for the calls below. */
  base: { args: { study: number; priority?: CallPriority }; result: BaseDecode };
  /**
   * Decodes the edited latent. Calls are done in turn: who has no use for one any more aborts it.
   */
  edited: {
    args: StudyArgs & { priority?: CallPriority };
    result: EditedDecode;
  };
  /**
   * Makes the same change at the control cell. Runs after, and gives way to, `edited`. Rejects with `not-found` where
   * no cell is far enough away to be one.
   */
  control: { args: StudyArgs; result: ControlDecode };
  /** Decodes any latent, for people and tests that want the plain network: levels are not clamped here, `[-1, 1]` nominal. */
  decode: {
    args: { model: string; latent: Latent };
    result: { width: number; height: number; data: Float32Array<ArrayBuffer> };
  };
  /** Times a model on this device. Gives way to everything else, and measures again what was disturbed. */
  measureDevice: { args: { model: string } & MeasureOptions; result: DeviceMeasurement };
}

/** A measurement, with its device and its model. */
export interface DeviceMeasurement extends Measurement {
  device: DeviceReport;
  model: Pick<ModelInfo, 'id' | 'name' | 'parameters'> & { sha256: string | null };
}

export type EngineCall = keyof EngineCalls;

/** One experiment on one picture in one model. Nothing of it is kept in the worker. */
export interface ExperimentArgs<K extends ExperimentName = ExperimentName> {
  name: K;
  options: ExperimentOptions[K];
  model: string;
  /** The picture as it was encoded. */
  picture: Pixels;
  posterior: PosteriorData;
  edits: readonly Edit[];
  /** Chebyshev radius, in cells, that separates near from far. */
  radius: number;
  /** Scaling of latents; the model's configuration says it where it is left out. */
  scaling?: Scaling;
}

/**
 * The calls as the client passes them on to the worker. The client numbers the studies and keeps what they rest on, so
 * that another worker can take over: backends that failed are excluded, studies restored from the mean alone.
 */
export type WorkerCalls = Omit<EngineCalls, 'start' | 'open' | 'share' | 'openLatent'> & {
  experiment: { args: ExperimentArgs; result: ExperimentResults[ExperimentName] };
  start: {
    /** `only`: no other backend is tried. `lifeline`: the name of the lock that the worker holds while it lives. */
    args: EngineCalls['start']['args'] & {
      excluded: DeviceReport['rejected'];
      only?: BackendName;
      lifeline?: string;
    };
    result: DeviceReport;
  };
  open: { args: EngineCalls['open']['args'] & { study: number }; result: OpenedStudy };
  restore: { args: { study: number; model: string; mean: Latent }; result: null };
};

/** Events the worker sends to the client. */
export interface WorkerEvents {
  /** Sent before a backend is started and tested: if nothing follows, it is known what hangs. */
  trying: { backend: BackendName };
  /** The worker holds its lifeline. */
  holding: Record<string, never>;
  transfer: EngineEvents['transfer'];
  notice: EngineEvents['notice'];
  rechecked: EngineEvents['rechecked'];
}

/** Events the engine sends to the page. */
export interface EngineEvents {
  /**
   * The device was lost, it ran out of memory, or the worker died, and another took over (on another backend, or on the
   * same one): calls under way are done again there, models and studies are kept.
   */
  device: { report: DeviceReport; message: string };
  /**
   * Progress of a model's download; null when it has ended, with `provenance` where its bytes were right. It goes on after
   * `loadModel` has resolved, as the encoder's bytes come first. `error`: it failed, or its bytes were not the ones promised
   * (SHA-256); the model is then unloaded, and calls that need it reject with the same error.
   */
  transfer: { model: string; transfer: Transfer | null; provenance?: Provenance; error?: PlainError };
  /** News about a model's file that a visitor should hear once, and that stops nothing: one sentence, without the model's name. */
  notice: { model: string; notice: string };
  /** A decode was repeated (`recheck`). `error`: it gave other numbers; null: the same, bit by bit. */
  rechecked: { error: PlainError | null };
}

/** The engine as the page sees it: one method a call, each with `{signal, onProgress}`. */
export type Engine = {
  [K in EngineCall]: (args: EngineCalls[K]['args'], run?: RunOptions) => Promise<EngineCalls[K]['result']>;
} & {
  /**
   * Runs when nothing that the visitor waits for does, and gives way to that between two stages. Those that measure one thing
   * after the other (see `ExperimentOptions`, `previous`) tell what they have; where another worker takes over, it goes on
   * from there.
   */
  experiment<K extends ExperimentName>(
    args: ExperimentArgs<K>,
    run?: PartialRunOptions<ExperimentResults[K]>,
  ): Promise<ExperimentResults[K]>;
  on<K extends keyof EngineEvents>(event: K, listener: (detail: EngineEvents[K]) => void): () => void;
  dispose(): void;
};
