/** The state of one inspector. One store per inspector, so that several can live on one page. */

import type { PlainError } from '@/common/errors';
import type { Edit, Units } from '@/edits';
import type { BackendName } from '@/engine/backends/name';
import type { DeviceReport, ModelInfo, Pixels, RunOptions } from '@/engine/protocol';
import type { ExperimentName, ExperimentOptions, ExperimentResults } from '@/experiments/names';
import type { Scaling } from '@/latent/scaled';
import type { Cell, Change, Effect, Latent, PosteriorData } from '@/latent/types';
import type { ModelManifest } from '@/models/manifest';
import type { StoredFiles } from '@/models/storedFiles';
import type { Transfer } from '@/models/transfer';
import type { Timeline } from './history';
import type { MeasureActions, MeasureState } from './measure/types';
import type { ChosenFactor, ChosenFactors, ModelFactor } from './models/factors';
import type { GivenLatent } from './pictures/givenLatent';
import type { RecordingActions } from './recording/types';
import type { ReportActions, ReportState } from './report/types';

/** Sides of the square crop, in pixels. */
export const SIZES = [256, 384, 512, 768] as const;
export type Size = (typeof SIZES)[number];

/**
 * The values that the latent grid shows: `channel:2` is the mean of channel 2; the others are over channels. `influence` is there
 * once that experiment has run on what is open.
 */
export type Layer = 'norm' | 'rawLogvar' | 'logvar' | 'kl' | 'influence' | `channel:${number}`;

/** The picture or map in the third pane. */
export type Show = 'base' | 'edited' | 'change' | 'control' | 'control-change';

/** Factor by which a change map is amplified; 1 is the absolute scale, 0 to 255 levels. */
export type Factor = 1 | 8 | 32;

/** Scale of the change map: a factor, or `data`, which ends at the largest change among all that is compared. */
export type Amplification = 'data' | Factor;

/** The values that the ends of the latent's colours stand for: of all, or the 1st and the 99th percentile. */
export type Range = 'full' | 'middle';

/** Steps of the guided path: 0 is its first screen, free to play with; 1 to `LAST_STEP` are the steps. */
export const LAST_STEP = 8;

/** All of the view that a link can carry. Plain, serialisable. */
export interface View {
  model: string;
  /** Id of a starting picture; null for a visitor's own (a link can then only ask for one), and for a latent from a file. */
  picture: string | null;
  /** The name of the file, where a latent from a file stands in for a picture. */
  latent: string | null;
  size: Size;
  layer: Layer;
  range: Range;
  cell: Cell;
  edits: readonly Edit[];
  show: Show;
  amplification: Amplification;
  /** Chebyshev radius, in cells, that separates near from far. */
  radius: number;
  /** The model on the right, side by side; null: one model alone. */
  compare: string | null;
  /**
   * The way in which the edits, which are in raw units of `model`'s latent, are carried to `compare`'s: `sigma`, the same change in
   * each latent's own per-channel sigma; `raw`, the same numbers.
   */
  units: Units;
  /** The experiment that is open below the panes, by the name of its panel; null: none. */
  panel: string | null;
  /** The step of the guided path that is on screen, 0 to `LAST_STEP`; null: the lab bench, which has all there is. */
  step: number | null;
}

/** Something that a link was made with and does not hold: only its visitor can give it. */
export type Wanted =
  | { kind: 'picture' }
  /** A latent by the name of its file. Its edits and cell are kept aside, as they mean nothing in another grid. */
  | { kind: 'latent'; name: string; edits: readonly Edit[]; cell: Cell };

export type { Units };

/** The results of one model for the picture and for the edits. */
export interface SideResults {
  posterior: PosteriorData | null;
  /** Id of the model that all of this was made with: while another is being opened, not the chosen one. */
  madeWith: string | null;
  /** True where it was computed beforehand: a recording plays, until the engine has opened the same. */
  recorded: boolean;
  base: Pixels | null;
  edited: Dated<EditedResult> | null;
  control: Dated<ControlResult> | null;
  effect: Dated<Effect> | null;
  /** The reason why there is no control for these edits (no cell is far enough away); then `control` and `effect` are null. */
  controlMissing: Dated<string> | null;
  /** The reason why the model's decoder gives nothing, though its encoder made the latent; then nothing else of it is there. */
  noDecoder: PlainError | null;
}

/** The state of a model's loading; `fraction` is 0 to 1. */
export interface ModelState {
  status: 'idle' | 'loading' | 'ready' | 'failed';
  fraction: number;
  info: ModelInfo | null;
}

/** The two models: `a` is always there, `b` while two are compared. */
export type Side = 'a' | 'b';

/** One side: a model, and what it makes of the picture and of the edits. What its results are dated by is its own `edits`. */
export interface SideState extends SideResults {
  /** Id of the chosen model. */
  id: string;
  model: ModelState;
  /** Edits: of `a`, the view's; of `b`, these carried to its latent (another grid or sigma): a new list whenever the view's is. */
  edits: readonly Edit[];
  /** The selected cell, in this latent's grid. */
  cell: Cell;
  /** One sentence on the edits that could not be carried (another number of channels); null where all were. */
  leftOut: string | null;
  /**
   * True of `b` where the two models have one encoder, so that the picture was encoded once, with the model that was `a` then: two
   * files of one encoder may differ in their last digits (float16 and float32), and one latent must be decoded by both.
   */
  shared: boolean;
}

/** A model that a visitor brings. */
export interface OwnModel {
  weights: Blob;
  /** diffusers' config.json, parsed; read from the tensors' shapes where it is not given. */
  config?: unknown;
  /** The name to call it by. Two that are named differently are two, also of the same bytes. */
  name?: string;
  /** Path of the file, as far as that is known: "vae/diffusion_pytorch_model.safetensors". */
  path?: string;
  /** Scaling of its latents for its diffusion model, where the config does not say it. */
  scaling?: Scaling;
}

/** A link or an author asks for a model that would have to be downloaded: nobody is made to without being asked. */
export interface Offer {
  /** Ids of the models, in the order of left and right. */
  models: readonly string[];
  /** Bytes that are still to come; null where one of the sizes is not known. */
  bytes: number | null;
  /** The host that they come from: "huggingface.co". */
  from: string;
}

export interface StartingPicture {
  id: string;
  file: string;
  /** The same, small, for the row of pictures to choose from. */
  thumbnail: string;
  title: string;
  alt: string;
  width: number;
  height: number;
  licence: string;
}

/** The picture under study, cropped and fitted to the size. */
export interface OpenPicture {
  id: string | null;
  title: string;
  alt: string;
  pixels: Pixels;
}

/** A result and the edits it belongs to: it is stale when those are not the current ones (compare by identity). */
export interface Dated<T> {
  edits: readonly Edit[];
  value: T;
}

export interface EditedResult {
  pixels: Pixels;
  /** RMS over RGB of the change, levels, `[height * width]`. */
  difference: Float32Array;
  change: Change;
  milliseconds: number;
}

export interface ControlResult {
  cell: Cell;
  pixels: Pixels;
  difference: Float32Array;
  change: Change;
}

/** The present computation, in words, and the part of it that is done, 0 to 1. `fraction` null: not known. */
export interface Activity {
  doing: string;
  fraction: number | null;
  /** Seconds it is expected to take, from earlier runs on this device; null before the first. */
  expectedSeconds: number | null;
  startedAt: number;
  /** True where it consists of several steps and is between two of them; a model that is being loaded says more. */
  whole?: boolean;
}

/**
 * A recorded example that can be played before any model is loaded: one change at each of a few cells, at several
 * strengths, decoded beforehand. Playing it goes on working, exactly, once the engine has taken over.
 */
export interface ExampleState {
  /** The cells that were recorded, and what to call them ("the spot", "an ordinary cell"). */
  cells: readonly { cell: Cell; label: string }[];
  /** Ascending; 0 is no change, 1 the whole change (`delta`), both always there. */
  strengths: readonly number[];
  /** Id of the model that was recorded beside it; null: it was recorded alone. */
  compare: string | null;
  /** The frame on screen: an index of `cells`, and a position in `strengths` (1.5 is halfway between index 1 and 2). */
  cellIndex: number;
  position: number;
}

export interface Failure extends PlainError {
  /** The action of the button to try again; null where nothing can be tried. */
  retry: (() => void) | null;
  /** A file of a hub is to blame, which may be right the next time. */
  ofHub?: true;
}

/** The model, the latent and the edits that an experiment was made on. */
export interface ExperimentSubject {
  model: string;
  modelName: string;
  /** The picture's title. */
  picture: string;
  /** Side of the square in pixels; of a latent that is not square, of the square with as many. */
  size: number;
  /** The posterior, by whose identity it is known whether the result still speaks of what is open. */
  posterior: PosteriorData;
  edits: readonly Edit[];
  radius: number;
  /** Scaling of the numbers; absent of experiments that look at unscaled ones alone. */
  factor?: ModelFactor;
}

export interface ExperimentState<K extends ExperimentName = ExperimentName> {
  /** The last result; it stays while another is computed, until there is a part of that. */
  last: {
    subject: ExperimentSubject;
    options: ExperimentOptions[K];
    result: ExperimentResults[K];
    /** False for what there is so far of one that runs, and for what was there when it was stopped or failed. */
    complete: boolean;
    /** All that went into it, also of earlier runs that it went on from. */
    milliseconds: number;
    /** The backend that computed it, in words; null where that is not known. */
    backend: string | null;
    /** SHA-256 of the model's file; null where not all of it was read. */
    sha256: string | null;
  } | null;
  running: { subject: ExperimentSubject; fraction: number; doing: string; startedAt: number } | null;
  /** The error that ended the last one; null where it did not fail, or was stopped. */
  error: PlainError | null;
}

/** States by name; absent before the first run. */
export type ExperimentStates = { readonly [K in ExperimentName]?: ExperimentState<K> };

export interface ExperimentRunOptions<K extends ExperimentName> {
  /** Side whose model it runs in; `a`, if it is not said. */
  side?: Side;
  signal?: AbortSignal;
  onProgress?(done: number, total: number): void;
  /** Called with what there is of the result so far, by experiments that measure one thing after the other. */
  onPartial?(partial: ExperimentResults[K]): void;
}

export interface ExperimentActions {
  /**
   * Runs an experiment on what is open on a side; one that runs there of the same name is stopped. Rejects with an
   * InspectorError, which is also kept as the experiment's `error` (`aborted`, after `stopExperiment`, is not).
   */
  runExperiment<K extends ExperimentName>(
    name: K,
    options: ExperimentOptions[K],
    run?: ExperimentRunOptions<K>,
  ): Promise<ExperimentResults[K]>;
  stopExperiment(name: ExperimentName, side?: Side): void;
  /** Stops these on both sides, and lets go of their results. */
  forgetExperiments(names: readonly ExperimentName[]): void;
  /** The open picture fitted to another size, for experiments that look at several. */
  fitPicture(size: number, signal?: AbortSignal): Promise<Pixels>;
  /** The latent of another picture in the model of a side, `a` if it is not said, at the open size. */
  encodeOther(
    source: string | Blob | ImageBitmapSource,
    signal?: AbortSignal,
    side?: Side,
  ): Promise<{ latent: Latent; pixels: Pixels; title: string }>;
}

export interface InspectorState {
  view: View;
  models: readonly ModelManifest[];
  pictures: readonly StartingPicture[];
  device: { status: 'idle' | 'starting' | 'ready' | 'failed'; report: DeviceReport | null };
  /** `b` is null while nothing is compared. */
  sides: { readonly a: SideState; readonly b: SideState | null };
  /** Scalings of the latents of models whose files do not say them, as far as the visitor did. */
  factors: ChosenFactors;
  /** Downloads under way, by model. */
  transfers: Readonly<Record<string, Transfer>>;
  /** The files that are kept on this computer; null before they were asked for. */
  stored: StoredFiles | null;
  offer: Offer | null;
  /** The file that the link needs from its visitor, until it is given or something else is opened; else null. */
  wanted: Wanted | null;
  picture: OpenPicture | null;
  /** The recorded example, as long as what is open is its picture, model and size; null otherwise. */
  example: ExampleState | null;
  /** Experiments of each side; they stay where they are when a model is replaced, and go along when the sides change places. */
  experiments: Readonly<Record<Side, ExperimentStates>>;
  report: ReportState;
  measure: MeasureState;
  activity: Activity | null;
  failure: Failure | null;
  /** Something worth saying that is not a failure ("Moved to the CPU: the GPU was lost. Your edits are kept."). */
  notice: string | null;
  /** The last measured durations, by size, for "about 2 s". Milliseconds. */
  timings: { encode: Partial<Record<number, number>>; decode: Partial<Record<number, number>> };
  past: readonly (readonly Edit[])[];
  future: readonly (readonly Edit[])[];
}

/** The visitor's own files that are open. Null: nothing of one's own is open there. */
export interface OwnFiles {
  model: OwnModel | null;
  compare: OwnModel | null;
  picture: Blob | null;
  latent: GivenLatent | null;
}

/** The visitor's work on the page that the address does not hold. */
export interface CarriedWork extends OwnFiles {
  /** Earlier pages carried neither. */
  history?: Timeline;
  factors?: InspectorState['factors'];
}

export interface InspectorActions extends ExperimentActions, ReportActions, MeasureActions, RecordingActions {
  /**
   * Starts the engine and opens the view's model and picture. Resolves when the base decode is there.
   *
   * `start`, `setModel`, `setPicture` and `setSize` reject with an InspectorError, which is also shown as `failure`
   * (`aborted`, after `cancel`, is not shown). A caller who only wants it shown may leave the promise alone.
   * A call that a newer one replaces settles as the newer one does.
   */
  start(options?: { backend?: BackendName }): Promise<void>;
  setModel(model: string | OwnModel): Promise<void>;
  /**
   * Puts a second model beside the first, or takes it away. Resolves when its base decode is there. The model that is on the
   * left already: left and right change places.
   */
  setCompare(model: string | OwnModel | null): Promise<void>;
  setUnits(units: Units): void;
  /** The SHA-256 of a visitor's own file. Rejects with an InspectorError `not-found` for any other model, or with what reading meets. */
  hashModel(model: string, signal: AbortSignal, onProgress: (fraction: number) => void): Promise<string>;
  /** The visitor's own files that are open. */
  ownFiles(): OwnFiles;
  /** Undo and redo of another page with the very edits that are the present ones here. False where they do not fit. */
  restoreHistory(history: Timeline): boolean;
  /** Downloads what the link asked for, and opens it. */
  acceptOffer(): Promise<void>;
  dismissOffer(): void;
  /** Stops a model's download for now, or goes on with it. `cancel` gives it up; its bytes stay. */
  pauseTransfer(model: string, paused: boolean): void;
  /** Asks anew what is kept on this computer. */
  refreshStored(): Promise<void>;
  removeStored(key: string): Promise<void>;
  /** A starting picture's id, a URL, or a visitor's own file/bitmap/canvas. Rejects with an InspectorError, and shows it. */
  setPicture(source: string | Blob | ImageBitmapSource): Promise<void>;
  setSize(size: Size): Promise<void>;
  /**
   * Opens a latent instead of a picture: nothing is encoded, the decoder is given these very numbers (unscaled). The edits are
   * removed, as a step of history, unless a link asked for it. Rejects with an InspectorError, and shows it: `bad-file` where
   * its channels are not the model's.
   */
  setLatent(latent: GivenLatent): Promise<void>;
  /** Says by what a model's latents are scaled where its file does not; null takes it back. Counts until the page is closed. */
  setFactor(model: string, factor: ChosenFactor | null): void;
  /** A link's own picture is not given. */
  dismissWanted(): void;
  /** Reads edits in a document's JSON and makes them the present ones, carried to the open latent. Tells what was done. */
  importEdits(text: string, name: string): void;
  /**
   * Exact decodes of the open latent with each of these edits, with their controls, in the model on the left. They give way to
   * what the visitor does meanwhile.
   */
  decodeSeries(series: readonly (readonly Edit[])[], run?: RunOptions): Promise<SeriesDecode[]>;
  setLayer(layer: Layer): void;
  setRange(range: Range): void;
  setPanel(panel: string | null): void;
  setShow(show: Show): void;
  setAmplification(value: Amplification): void;
  setRadius(radius: number): void;
  /** Selects a cell (clamped into the grid). */
  select(cell: Cell): void;
  /** The durations of any model that are known on this device, milliseconds. */
  timingsOf(model: string): InspectorState['timings'];
  /** Replaces all edits; one step of history, or none more while a `gesture` goes on. Rejects edits that do not fit the latent (InspectorError `bad-edit`). */
  setEdits(edits: readonly Edit[], gesture?: string): void;
  /**
   * Adds an edit. If the last edit is on the same cell, of the same kind and made with the same `gesture`
   * (a slider drag), it is replaced and history is not grown.
   */
  addEdit(edit: Edit, gesture?: string): void;
  /** Sets one channel of the selected cell (a `set` edit with the cell's other current values). */
  setChannel(channel: number, value: number, gesture?: string): void;
  toggleEdit(index: number): void;
  removeEdit(index: number): void;
  undo(): void;
  redo(): void;
  /** Removes all edits (undoable). */
  reset(): void;
  /** Repeats the last edit on the selected cell; `heal` where there is none ("Enter pokes"). */
  poke(): void;
  /**
   * Moves along the recorded example: `position` is an index of `example.strengths`. Replaces the edits by one `add`
   * edit; steps with the same `gesture` are one step of history. While the example is what is on screen, a position
   * between two strengths shows the nearer recorded frame, dated by that frame's own edits. No effect where `example`
   * is null.
   */
  playExample(cellIndex: number, position: number, gesture?: string): void;
  /**
   * Goes to a step of the guided path, and sets the page up for it: models, picture, cell and edits. Null: to the lab bench, where
   * everything stays as it is.
   */
  goToStep(step: number | null): void;
  /**
   * Makes the guide's one change at a cell, `strength` 0 to 1 of it, in place of all edits: what healing the guide's first cell
   * shifts there. Steps with the same `gesture` are one step of history.
   */
  playChange(cell: Cell, strength: number, gesture?: string): void;
  /** Cancels what is being computed; the view stays as it was. */
  cancel(): void;
  /** Takes up again what was cancelled or what failed: opening, or the decode of the present edits. */
  resume(): void;
  dismissFailure(): void;
  dismissNotice(): void;
  dispose(): void;
}

export type InspectorStore = InspectorState & InspectorActions;

/** One decode of a series, with the same change at the control cell; null where nothing is changed or no cell can be it. */
export interface SeriesDecode {
  pixels: Pixels;
  change: Change;
  control: (Change & { cell: Cell }) | null;
}
