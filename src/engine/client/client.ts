/** The page's side of the engine: its calls. Numbers of studies stay valid whichever worker computes (`workers.ts`). */
import type { ExperimentName, ExperimentOptions, ExperimentResults } from '@/experiments/names';
import { notOpen } from '../notOpen';
import type {
  Engine,
  EngineCalls,
  ExperimentArgs,
  ModelInfo,
  PartialRunOptions,
  RunOptions,
  WorkerCalls,
} from '../protocol';
import { spawnWorker } from './spawn';
import type { Restorable } from './workerSession';
import { type EngineOptions, Workers } from './workers';

export type { WorkerPort } from './workerSession';
export type { EngineOptions } from './workers';

/**
 * Makes an engine. It starts its worker with the first call.
 *
 * @example
 * const engine = createEngine();
 * const device = await engine.start({});
 * await engine.loadModel({ manifest, base: location.href });
 * const { study } = await engine.open({ model: manifest.id, picture });
 * const { change } = await engine.edited({ study, edits: [{ cell: { row: 1, col: 1 }, kind: 'heal' }], radius: 4 });
 */
export function createEngine(options: EngineOptions = {}): Engine {
  const kept: Restorable = { sources: new Map(), means: new Map() };
  const workers = new Workers(kept, { spawn: spawnWorker, patienceMilliseconds: 90_000, ...options });
  const client = new Client(kept, workers);
  return {
    start: (args) => workers.start(args),
    loadModel: (args, run) => client.loadModel(args, run),
    unloadModel: (args) => client.unloadModel(args),
    steerTransfer: (args) => client.plain('steerTransfer', args),
    stored: (args) => client.plain('stored', args),
    removeStored: (args) => client.plain('removeStored', args),
    open: (args, run) => client.open(args, run),
    share: (args) => client.share(args),
    openLatent: (args) => client.openLatent(args),
    close: (args) => client.close(args),
    base: (args, run) => client.onStudy('base', args, run),
    edited: (args, run) => client.onStudy('edited', args, run),
    control: (args, run) => client.onStudy('control', args, run),
    decode: (args, run) => client.decode(args, run),
    measureDevice: (args, run) => client.measureDevice(args, run),
    experiment: (args, run) => client.experiment(args, run),
    on: (event, listener) => workers.on(event, listener),
    dispose: () => workers.dispose(),
  };
}

class Client {
  private lastStudy = 0;

  constructor(
    private readonly kept: Restorable,
    private readonly workers: Workers,
  ) {}

  async loadModel(
    { parts = ['encoder'], ...source }: EngineCalls['loadModel']['args'],
    run?: RunOptions,
  ): Promise<ModelInfo> {
    const { id } = source.manifest;
    const { sources } = this.kept;
    const known = sources.has(id);
    sources.set(id, source);
    try {
      return await this.workers.perform(run, (session) => session.model(id, parts, run));
    } catch (error) {
      // Somebody else may have asked for it meanwhile.
      if (!known && sources.get(id) === source) sources.delete(id);
      throw error;
    }
  }

  async unloadModel({ model }: EngineCalls['unloadModel']['args']): Promise<null> {
    this.kept.sources.delete(model);
    const studies = [...this.kept.means].filter(([, kept]) => kept.model === model);
    // All at once: whoever asks for the model again meanwhile must not find it here and then lose it.
    const closing = studies.map(([study]) => this.close({ study }));
    // Where the worker fails in that, it is replaced, and its successor never hears of the model.
    await Promise.all([...closing, this.workers.session?.unload(model).catch(() => {})]);
    return null;
  }

  async open(args: EngineCalls['open']['args'], run?: RunOptions): Promise<EngineCalls['open']['result']> {
    const study = ++this.lastStudy;
    return this.workers.perform(run, async (session) => {
      await session.model(args.model, ['encoder']);
      const opened = await session.connection.call('open', { ...args, study }, run).catch((error) => {
        // An abort may come when the worker has just opened it.
        session.connection.call('close', { study }).catch(() => {});
        throw error;
      });
      const { rows, cols, channels, mean } = opened.posterior;
      this.kept.means.set(study, { model: args.model, mean: { rows, cols, channels, data: mean.slice() } });
      session.opened(study);
      return opened;
    });
  }

  /** The worker is told of it when it is first needed, as of a study that another worker had open. */
  async share({ study, model }: EngineCalls['share']['args']): Promise<{ study: number }> {
    const other = this.kept.means.get(study);
    if (!other) throw notOpen();
    const number = ++this.lastStudy;
    this.kept.means.set(number, { model, mean: other.mean });
    return { study: number };
  }

  /** The worker is told of it when it is first needed, as of one that is shared. */
  async openLatent({ model, latent }: EngineCalls['openLatent']['args']): Promise<{ study: number }> {
    const study = ++this.lastStudy;
    this.kept.means.set(study, { model, mean: { ...latent, data: latent.data.slice() } });
    return { study };
  }

  /** A call that concerns neither a model on the device nor a study. */
  plain<K extends 'steerTransfer' | 'stored' | 'removeStored'>(
    call: K,
    args: EngineCalls[K]['args'],
  ): Promise<EngineCalls[K]['result']> {
    return this.workers.perform({}, (session) =>
      session.connection.call(call, args as WorkerCalls[K]['args']),
    );
  }

  async close({ study }: EngineCalls['close']['args']): Promise<null> {
    this.kept.means.delete(study);
    await this.workers.session?.close(study).catch(() => {});
    return null;
  }

  async onStudy<K extends 'base' | 'edited' | 'control'>(
    call: K,
    args: EngineCalls[K]['args'],
    run?: RunOptions,
  ): Promise<EngineCalls[K]['result']> {
    return this.workers.perform(run, async (session) => {
      const restoring = session.study(args.study);
      if (restoring) await restoring;
      return session.connection.call(call, args as WorkerCalls[K]['args'], run);
    });
  }

  async decode(
    args: EngineCalls['decode']['args'],
    run?: RunOptions,
  ): Promise<EngineCalls['decode']['result']> {
    return this.workers.perform(run, async (session) => {
      await session.model(args.model, []);
      return session.connection.call('decode', args, run);
    });
  }

  async measureDevice(
    args: EngineCalls['measureDevice']['args'],
    run?: RunOptions,
  ): Promise<EngineCalls['measureDevice']['result']> {
    return this.workers.perform(run, async (session) => {
      await session.model(args.model, []);
      return session.connection.call('measureDevice', args, run);
    });
  }

  async experiment<K extends ExperimentName>(
    args: ExperimentArgs<K>,
    run: PartialRunOptions<ExperimentResults[K]> = {},
  ): Promise<ExperimentResults[K]> {
    let previous: ExperimentResults[K] | null = null;
    const onPartial = (partial: ExperimentResults[ExperimentName]) => {
      previous = partial as ExperimentResults[K];
      run.onPartial?.(previous);
    };
    return this.workers.perform(run, async (session) => {
      await session.model(args.model, []);
      // What an earlier worker has measured is not measured again.
      const asked = previous
        ? { ...args, options: { ...(args.options as object), previous } as ExperimentOptions[K] }
        : args;
      const result = await session.connection.call('experiment', asked, { ...run, onPartial });
      return result as ExperimentResults[K];
    });
  }
}
