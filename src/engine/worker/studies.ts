/**
 * The models and open pictures that the worker holds, and what can be asked of them. A study is one picture opened in
 * one model: its posterior mean and, once asked for, its base decode in levels.
 */
import * as tf from '@tensorflow/tfjs-core';
import { InspectorError } from '@/common/errors';
import { aborted, type HandlerRun, Transferring, unlessAborted } from '@/common/rpc';
import { applyEdits, type Edit, editedCells } from '@/edits';
import { halvesOf } from '@/experiments/declarations';
import type { ExperimentName, ExperimentResults } from '@/experiments/names';
import { runExperiment } from '@/experiments/registry';
import type { Dtype } from '@/kernels/dtype';
import { posteriorMean } from '@/latent/layers';
import { toPixels, toPlanes } from '@/latent/pixels';
import type { Cell, Latent, Levels } from '@/latent/types';
import { change, differenceMap, toLevels } from '@/measures/change';
import { controlEdits } from '@/measures/control';
import type { ModelFile } from '@/models/load';
import { areNumbers, overflow, overflowByEdits, requireNumbers } from '@/vae/finite';
import type { RunOptions as StageOptions } from '@/vae/run';
import { PARTS, type Part } from '@/vae/shapes';
import { deviceLost } from '../backends/common';
import type { LiveBackend } from '../backends/live';
import { watched } from '../client/silence';
import { silentFor } from '../device/deadlines';
import { measure } from '../measure/measure';
import { notOpen } from '../notOpen';
import type {
  DeviceMeasurement,
  EngineCalls,
  ExperimentArgs,
  ModelInfo,
  Precision,
  WorkerCalls,
} from '../protocol';
import { requireRoom } from './capacity';
import { macrotask } from './macrotask';
import { QUIET, type Recheck } from './recheck';
import { type JobOptions, PRIORITY, type Scheduler, type Turn } from './scheduler';

type Result<K extends keyof EngineCalls> = Transferring<EngineCalls[K]['result']>;

interface Model {
  info: ModelInfo;
  file: ModelFile;
  /** Dtype in which a decode keeps its maps: float32 from the first decode on that float16 could not hold. */
  dtype: Dtype;
  /** Aborted when the model is unloaded: nobody's call owns a half of the network that several wait for. */
  life: AbortController;
  close(): void;
}

interface Study {
  model: Model;
  mean: Latent;
  base: Levels | null;
  closed: boolean;
}

/** A job as its work sees it: its turns on the device, and the call that it answers. */
interface Job {
  turn: Turn;
  run: HandlerRun;
}

export class Studies {
  private readonly models = new Map<string, Model>();
  private readonly studies = new Map<number, Study>();

  constructor(
    private readonly scheduler: Scheduler,
    private readonly backend: LiveBackend,
    private readonly precision: Precision = 'single',
    private readonly recheck: Recheck | null = null,
    /** Milliseconds that a layer may take. */
    private readonly deadline = Number.POSITIVE_INFINITY,
  ) {}

  model(id: string): ModelInfo | null {
    return this.models.get(id)?.info ?? null;
  }

  /** @throws InspectorError `not-found` */
  requireInfo(id: string): ModelInfo {
    return this.requireModel(id).info;
  }

  /** @param close lets go of the file, once the model is unloaded */
  addModel(info: ModelInfo, file: ModelFile, close: () => void): void {
    const dtype = this.precision === 'half' ? 'float16' : 'float32';
    this.models.set(info.id, { info, file, close, dtype, life: new AbortController() });
  }

  /** Puts halves of the network on the device; those that are there already cost nothing. */
  async loadParts(
    id: string,
    parts: readonly Part[],
    signal: AbortSignal,
    onProgress: (fraction: number) => void,
  ): Promise<void> {
    const model = this.requireModel(id);
    for (const [index, part] of parts.entries()) {
      await this.load(model, part, signal, (fraction) => onProgress((index + fraction) / parts.length));
    }
  }

  /** Frees the model's weights and closes its studies; calls under way on them fail with `reason`. */
  removeModel(id: string, reason: InspectorError = aborted()): void {
    const model = this.models.get(id);
    if (!model) return;
    this.models.delete(id);
    model.life.abort(reason);
    for (const [number, study] of this.studies) if (study.model === model) this.close(number);
    model.close();
    model.file.dispose();
  }

  close(number: number): void {
    const study = this.studies.get(number);
    if (study) study.closed = true;
    this.studies.delete(number);
  }

  /** Opens a study under a number that the caller chose. */
  async open(
    { study: number, model: id, picture, priority = 'interactive' }: WorkerCalls['open']['args'],
    run: HandlerRun,
  ): Promise<Result<'open'>> {
    const model = this.requireModel(id);
    await this.load(model, 'encoder', run.signal);
    return this.job({ priority: PRIORITY[priority] }, run, async (job) => {
      const start = performance.now();
      this.requireRoom(model, 'encoder', picture.height, picture.width);
      const image = tf.tensor4d(toPlanes(picture), [1, picture.height, picture.width, 3]);
      try {
        const posterior = await model.file.network.encodeStaged(image, this.stages(model, job));
        const { mean, logvar, rawLogvar } = posterior;
        try {
          const [, rows, cols, channels] = mean.shape;
          const data = await Promise.all([readOwn(mean), readOwn(logvar), readOwn(rawLogvar)]);
          // What is no number is never shown, nor kept as a picture's latent.
          for (const values of data) requireNumbers(values, 'encoder', model.file.network);
          run.signal.throwIfAborted();
          model.life.signal.throwIfAborted();
          this.studies.set(number, {
            model,
            mean: { rows, cols, channels, data: data[0].slice() },
            base: null,
            closed: false,
          });
          return new Transferring(
            {
              study: number,
              posterior: { rows, cols, channels, mean: data[0], logvar: data[1], rawLogvar: data[2] },
              encodeMilliseconds: performance.now() - start,
            },
            data.map(({ buffer }) => buffer),
          );
        } finally {
          tf.dispose([mean, logvar, rawLogvar]);
        }
      } finally {
        image.dispose();
      }
    });
  }

  /** Opens a study again from the mean that an earlier worker computed. */
  restore(number: number, id: string, mean: Latent): void {
    this.studies.set(number, { model: this.requireModel(id), mean, base: null, closed: false });
  }

  async base(
    { study: number, priority = 'interactive' }: WorkerCalls['base']['args'],
    run: HandlerRun,
  ): Promise<Result<'base'>> {
    const study = this.requireStudy(number);
    await this.needDecoder(study.model, run);
    return this.job({ priority: PRIORITY[priority] }, run, async (job) => {
      const start = performance.now();
      study.base ??= await this.levels(study.model, study.mean, job, { study });
      const pixels = toPixels(study.base);
      return new Transferring({ pixels, decodeMilliseconds: performance.now() - start }, [
        pixels.data.buffer,
      ]);
    });
  }

  async edited(
    { study: number, edits, radius, priority = 'interactive' }: WorkerCalls['edited']['args'],
    run: HandlerRun,
  ): Promise<Result<'edited'>> {
    const study = this.requireStudy(number);
    const latent = applyEdits(study.mean, edits);
    await this.needDecoder(study.model, run);
    return this.job({ priority: PRIORITY[priority] }, run, (job) =>
      this.compare(study, latent, editedCells(edits), radius, job),
    );
  }

  /** @throws InspectorError `not-found` when nothing is edited or no cell is far enough away to be a control */
  async control(
    number: number,
    edits: readonly Edit[],
    radius: number,
    run: HandlerRun,
  ): Promise<Result<'control'>> {
    const study = this.requireStudy(number);
    const control = controlEdits(study.mean, edits, radius);
    if (!control) {
      throw new InspectorError(
        'not-found',
        'No cell is far enough from the edited ones to serve as a control.',
        'Edit fewer cells, or choose a smaller radius.',
      );
    }
    const latent = applyEdits(study.mean, control.edits);
    await this.needDecoder(study.model, run);
    return this.job({ priority: PRIORITY.control }, run, async (job) => {
      const { value, transfer } = await this.compare(study, latent, control.cells, radius, job);
      return new Transferring({ ...value, cell: control.cells[0] }, transfer);
    });
  }

  async decode(id: string, latent: Latent, run: HandlerRun): Promise<Result<'decode'>> {
    const model = this.requireModel(id);
    await this.needDecoder(model, run);
    return this.job({ priority: PRIORITY.interactive }, run, async (job) => {
      const decoded = await this.decoded(model, latent, this.stages(model, job));
      return new Transferring(decoded, [decoded.data.buffer]);
    });
  }

  async experiment(
    args: ExperimentArgs,
    run: HandlerRun<ExperimentResults[ExperimentName]>,
  ): Promise<ExperimentResults[ExperimentName]> {
    const { name, options, picture, posterior, edits, radius, scaling } = args;
    const model = this.requireModel(args.model);
    await this.need(model, halvesOf(name), run);
    return this.job({ priority: PRIORITY.background }, run, ({ turn }) => {
      const context = {
        vae: model.file.network,
        codebook: model.file.codebook,
        picture,
        posterior,
        mean: posteriorMean(posterior),
        edits,
        radius,
        scaling,
        checkpoint: async (fraction: number, doing: string) => {
          run.onProgress(fraction, doing);
          await this.between(model, turn);
        },
      };
      return runExperiment(name, context, options, (partial) => run.onPartial(partial));
    });
  }

  async measure(
    { model: id, sizes, runs }: EngineCalls['measureDevice']['args'],
    run: HandlerRun,
  ): Promise<Omit<DeviceMeasurement, 'device'>> {
    const model = this.requireModel(id);
    await this.need(model, PARTS, run);
    return this.job({ priority: PRIORITY.background }, run, async ({ turn }) => {
      const context = {
        vae: model.file.network,
        onProgress: run.onProgress,
        pause: () => this.between(model, turn),
      };
      const measured = await measure(context, { sizes, runs });
      const { name, parameters, provenance } = model.info;
      return { ...measured, model: { id, name, parameters, sha256: provenance.sha256 } };
    });
  }

  /** Decodes `latent` and compares it with the study's base decode, which is made first where it is missing. */
  private async compare(
    study: Study,
    latent: Latent,
    cells: readonly Cell[],
    radius: number,
    job: Job,
  ): Promise<Result<'edited'>> {
    const { dtype } = study.model;
    const split = study.base ? 0 : 0.5;
    const base = study.base ?? (await this.levels(study.model, study.mean, job, { study, to: split }));
    study.base = base;
    const start = performance.now();
    // The base is of numbers, so it is the change that makes others.
    const refusal = () => overflowByEdits(study.model.file.network.name);
    const edited = await this.levels(study.model, latent, job, { study, from: split, refusal });
    // What was decoded in float16 is not compared with what was not.
    if (study.model.dtype !== dtype) return this.compare(study, latent, cells, radius, job);
    void this.recheck?.after(edited, () => this.whenIdle(study.model, latent));
    const pixels = toPixels(edited);
    const difference = differenceMap(base, edited);
    const value = {
      pixels,
      difference,
      change: change(base, edited, cells, study.model.info.factor, radius),
      decodeMilliseconds: performance.now() - start,
    };
    return new Transferring(value, [pixels.data.buffer, difference.buffer]);
  }

  /** A decode that nobody waits for. Rejects as soon as anybody else wants the device. */
  private async whenIdle(model: Model, latent: Latent): Promise<Levels> {
    await new Promise((resolve) => setTimeout(resolve, QUIET));
    if (this.scheduler.isBusy) throw aborted();
    const run = { signal: model.life.signal, onProgress() {}, onPartial() {} };
    return this.job({ priority: PRIORITY.idle, givesUp: true }, run, (job) =>
      this.levels(model, latent, job, {}),
    );
  }

  private async levels(
    model: Model,
    latent: Latent,
    job: Job,
    { refusal, ...part }: { study?: Study; from?: number; to?: number; refusal?: () => InspectorError },
  ): Promise<Levels> {
    const options = this.stages(model, job, part);
    const { width, height, data } = await this.decoded(model, latent, options, refusal);
    return { width, height, data: toLevels(data) };
  }

  /** @param refusal what is thrown where the result is not numbers */
  private async decoded(
    model: Model,
    latent: Latent,
    options: StageOptions,
    refusal = () => overflow('decoder', model.file.network.name),
  ): Promise<EngineCalls['decode']['result']> {
    const { rows, cols, channels } = latent;
    const { network } = model.file;
    const { dtype } = model;
    this.requireRoom(model, 'decoder', rows, cols);
    const input = tf.tensor4d(latent.data, [1, rows, cols, channels]);
    try {
      const output = await network.decodeStaged(input, { ...options, dtype });
      const [, height, width] = output.shape;
      const data = await readOwn(output).finally(() => output.dispose());
      if (!areNumbers(data)) {
        if (dtype === 'float32') throw refusal();
        this.leaveFloat16(model);
        return await this.decoded(model, latent, options, refusal);
      }
      return { width, height, data };
    } finally {
      input.dispose();
    }
  }

  /** Some networks compute numbers that float16 cannot hold (above 65,504): they are decoded in float32 from now on. */
  private leaveFloat16(model: Model): void {
    model.dtype = 'float32';
    for (const study of this.studies.values()) if (study.model === model) study.base = null;
  }

  private requireRoom({ file: { network }, dtype }: Model, part: Part, rows: number, cols: number): void {
    const [stages, kept] =
      part === 'encoder' ? [network.encoderStages, 'float32' as const] : [network.decoderStages, dtype];
    requireRoom(stages, rows, cols, kept, this.backend.largestBuffer, this.backend.largestHeap);
  }

  private stages(
    model: Model,
    { turn, run }: Job,
    { study, from = 0, to = 1 }: { study?: Study; from?: number; to?: number } = {},
  ): StageOptions {
    return {
      checkpoint: async (done, total, stage) => {
        run.onProgress(from + (to - from) * (done / total), stage.name);
        await this.between(model, turn);
        if (study?.closed) throw aborted();
      },
    };
  }

  /**
   * Between two stages: the device catches up, others have their turn, and it is seen whether to go on. Resolves to whether
   * others did.
   */
  private async between(model: Model, turn: Turn): Promise<boolean> {
    await this.backend.settle();
    this.backend.check();
    this.backend.trim('running');
    const gaveWay = await turn();
    model.life.signal.throwIfAborted();
    return gaveWay;
  }

  private async job<T>(options: JobOptions, run: HandlerRun, work: (job: Job) => Promise<T>): Promise<T> {
    const dead = () => deviceLost(silentFor(this.deadline));
    return this.scheduler.run({ ...options, signal: run.signal }, (turn) =>
      watched(this.deadline, dead, async (silence) => {
        // While others have the device, nothing is expected of this one.
        const watchedTurn = async () => {
          silence.rest();
          const gaveWay = await turn();
          silence.heard();
          return gaveWay;
        };
        try {
          const result = await work({ turn: watchedTurn, run });
          // What went wrong on the device may be known only now, in a task of its own, and would have left wrong numbers.
          await macrotask();
          this.backend.check();
          return result;
        } finally {
          this.backend.trim('idle');
        }
      }),
    );
  }

  /** Puts halves on the device for a call whose own progress is that of its work. */
  private async need(
    model: Model,
    parts: readonly Part[],
    { signal, onProgress }: Pick<HandlerRun, 'signal' | 'onProgress'>,
  ): Promise<void> {
    if (!parts.every((part) => model.file.has(part))) onProgress(0, `loading ${model.info.name}`);
    for (const part of parts) await this.load(model, part, signal);
  }

  /** Puts the decoder on the device for a call whose own progress is that of its decode. */
  private async needDecoder(model: Model, { signal, onProgress }: HandlerRun): Promise<void> {
    if (!model.file.has('decoder')) onProgress(0, `loading the decoder of ${model.info.name}`);
    await this.load(model, 'decoder', signal);
  }

  /** Resolves when a half of the network is on the device; a caller who gives up stops waiting, not the loading. */
  private async load(
    { file, life }: Model,
    part: Part,
    signal: AbortSignal,
    onProgress?: (fraction: number) => void,
  ): Promise<void> {
    const loading = file.load(part, { signal: life.signal, onProgress, breathe: macrotask });
    await unlessAborted(loading, signal);
    life.signal.throwIfAborted();
  }

  private requireModel(id: string): Model {
    const model = this.models.get(id);
    if (!model) throw new InspectorError('not-found', `The model "${id}" is not loaded.`, 'Load it first.');
    return model;
  }

  private requireStudy(number: number): Study {
    const study = this.studies.get(number);
    if (!study) throw notOpen();
    return study;
  }
}

/** A tensor's values in an array of their own: the backend may keep the one it gives out. */
async function readOwn(tensor: tf.Tensor): Promise<Float32Array<ArrayBuffer>> {
  return new Float32Array(await tensor.data());
}
