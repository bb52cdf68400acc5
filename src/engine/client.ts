/**
 * The page's side of the engine. Workers are replaceable: when one dies, loses its device or fills its memory, the
 * client starts another, on the next backend where that helps, and does the calls under way again. Numbers of studies
 * stay valid throughout, so nothing that the visitor made is lost.
 */
import { InspectorError } from '../errors';
import type { ExperimentName, ExperimentResults } from '../experiments/names';
import { aborted, notOpen, unlessAborted } from './channel';
import { BACKEND_TITLES, type Rejection } from './device';
import type {
  BackendName,
  DeviceReport,
  Engine,
  EngineCalls,
  EngineEvents,
  ExperimentArgs,
  ModelInfo,
  PartialRunOptions,
  RunOptions,
  WorkerCalls,
} from './protocol';
import { remedy } from './recovery';
import { type Kept, Session, type SessionOwner, type WorkerPort } from './session';
import { spawnWorker } from './spawn';

export type { WorkerPort } from './session';

export interface EngineOptions {
  /** Starts a worker that runs `host`. Tests and other bundlers give their own. */
  spawn?(): WorkerPort;
  /** How long one backend may take to start and to pass its self-test. Default 90 s. */
  patienceMilliseconds?: number;
}

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
export function createEngine({
  spawn = spawnWorker,
  patienceMilliseconds = 90_000,
}: EngineOptions = {}): Engine {
  const client = new Client(spawn, patienceMilliseconds);
  return {
    start: (args) => client.start(args),
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
    on: (event, listener) => client.on(event, listener),
    dispose: () => client.dispose(),
  };
}

/** A call that fails this often, each time in another worker, is given up. */
const MOST_ATTEMPTS = 5;

/** Before scripts that did not come are asked for again, milliseconds. */
const RELOAD_WAITS = [500, 2000];

class Client implements SessionOwner {
  private session: Session | null = null;
  private wanted: EngineCalls['start']['args'] = {};
  private excluded: Rejection[] = [];
  /** How often a worker died on each backend. */
  private readonly deaths = new Map<BackendName, number>();
  private readonly kept: Kept = { sources: new Map(), means: new Map() };
  private lastStudy = 0;
  /** The number of the newest call of its kind on a study. */
  private readonly newest = new Map<string, number>();
  private lastCall = 0;
  /** How often scripts were asked for again, and when the next worker may begin. */
  private reloads = 0;
  private pause = Promise.resolve();
  private disposed = false;
  private readonly listeners: { [K in keyof EngineEvents]: Set<(detail: EngineEvents[K]) => void> } = {
    device: new Set(),
    transfer: new Set(),
    notice: new Set(),
    rechecked: new Set(),
  };

  constructor(
    private readonly spawn: () => WorkerPort,
    private readonly patience: number,
  ) {}

  /** Another choice starts another worker, and so does asking again after a backend failed: that is then forgotten. */
  async start({ backend, precision, recheck }: EngineCalls['start']['args']): Promise<DeviceReport> {
    const same =
      backend === this.wanted.backend &&
      precision === this.wanted.precision &&
      recheck === this.wanted.recheck;
    if (!same || this.excluded.length > 0) this.end();
    this.wanted = { backend, precision, recheck };
    this.excluded = [];
    return this.perform({}, (session) => session.report);
  }

  async loadModel(
    { parts = ['encoder'], ...source }: EngineCalls['loadModel']['args'],
    run?: RunOptions,
  ): Promise<ModelInfo> {
    const { id } = source.manifest;
    const { sources } = this.kept;
    const known = sources.has(id);
    sources.set(id, source);
    try {
      return await this.perform(run, (session) => session.model(id, parts, run));
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
    await Promise.all([...closing, this.session?.unload(model).catch(() => {})]);
    return null;
  }

  async open(args: EngineCalls['open']['args'], run?: RunOptions): Promise<EngineCalls['open']['result']> {
    const study = ++this.lastStudy;
    return this.perform(run, async (session) => {
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
    return this.perform({}, (session) => session.connection.call(call, args as WorkerCalls[K]['args']));
  }

  async close({ study }: EngineCalls['close']['args']): Promise<null> {
    this.kept.means.delete(study);
    for (const call of ['base', 'edited', 'control']) this.newest.delete(`${call} ${study}`);
    await this.session?.close(study).catch(() => {});
    return null;
  }

  async onStudy<K extends 'base' | 'edited' | 'control'>(
    call: K,
    args: EngineCalls[K]['args'],
    run?: RunOptions,
  ): Promise<EngineCalls[K]['result']> {
    const key = `${call} ${args.study}`;
    const number = ++this.lastCall;
    this.newest.set(key, number);
    return this.perform(run, async (session) => {
      const restoring = session.study(args.study);
      if (restoring) await restoring;
      // Calls that are done again may reach the new worker in any order; there the later one would win.
      if (call !== 'base' && this.newest.get(key) !== number) {
        throw new InspectorError('superseded', 'A newer change took its place.');
      }
      return session.connection.call(call, args as WorkerCalls[K]['args'], run);
    });
  }

  async decode(
    args: EngineCalls['decode']['args'],
    run?: RunOptions,
  ): Promise<EngineCalls['decode']['result']> {
    return this.perform(run, async (session) => {
      await session.model(args.model, []);
      return session.connection.call('decode', args, run);
    });
  }

  async measureDevice(
    args: EngineCalls['measureDevice']['args'],
    run?: RunOptions,
  ): Promise<EngineCalls['measureDevice']['result']> {
    return this.perform(run, async (session) => {
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
    return this.perform(run, async (session) => {
      await session.model(args.model, []);
      // What an earlier worker has measured is not measured again.
      const asked = previous ? { ...args, options: { ...args.options, previous } } : args;
      const result = await session.connection.call('experiment', asked, { ...run, onPartial });
      return result as ExperimentResults[K];
    });
  }

  on<K extends keyof EngineEvents>(event: K, listener: (detail: EngineEvents[K]) => void): () => void {
    this.listeners[event].add(listener);
    return () => this.listeners[event].delete(listener);
  }

  dispose(): void {
    this.disposed = true;
    this.end();
    for (const set of Object.values(this.listeners)) set.clear();
  }

  /** Does `work` in the present worker, and again in another one when that one fails for good. */
  private async perform<T>(run: RunOptions = {}, work: (session: Session) => Promise<T>): Promise<T> {
    let timesOutOfMemory = 0;
    for (let attempt = 1; ; attempt++) {
      if (this.disposed) throw closed();
      this.session ??= this.begin();
      const session = this.session;
      try {
        if (session.backend === null) await unlessAborted(session.report, run.signal);
        return await unlessAborted(work(session), run.signal);
      } catch (thrown) {
        if (run.signal?.aborted) throw aborted();
        if (!(thrown instanceof InspectorError) || this.disposed || attempt === MOST_ATTEMPTS) throw thrown;
        if (thrown.code === 'out-of-memory') timesOutOfMemory += 1;
        if (!this.recover(session, thrown, timesOutOfMemory)) throw thrown;
        await unlessAborted(this.pause, run.signal);
      }
    }
  }

  /** Sees to it that the call can be done again; false where it cannot. */
  private recover(session: Session, error: InspectorError, timesOutOfMemory: number): boolean {
    const { code } = error;
    // It shared work (loading a model) with a call that was aborted, and now does that itself.
    if (code === 'aborted') return true;
    const { backend } = session;
    const todo = remedy({ code, backend, timesOutOfMemory });
    if (todo === 'fail') return false;
    // Another call may have met the same end already.
    const current = session === this.session;
    if (todo === 'fail-clean') {
      if (current) this.end();
      return false;
    }
    if (!current) return true;
    if (backend === null) {
      this.end();
    } else if (todo === 'next') {
      const reason =
        code === 'out-of-memory' ? `${BACKEND_TITLES[backend]} ran out of memory.` : error.message;
      this.excluded.push({ backend, reason });
      this.replace(`${reason} Your edits are kept.`);
    } else {
      this.replace('The memory was full, so the computation was started afresh. Your edits are kept.');
    }
    return true;
  }

  private begin(): Session {
    const start = { ...this.wanted, excluded: this.excluded };
    const session = new Session(this.spawn(), this.kept, start, this, this.patience);
    session.report.catch((error) => {
      // A worker that could not start is of no use to a later call either.
      if (this.session !== session) return;
      if (error instanceof InspectorError && error.code === 'network') this.unloaded(session, error);
      this.end();
    });
    return session;
  }

  /** A script of a backend did not come: it is asked for again by another worker after a while, and then done without. */
  private unloaded(session: Session, { message }: InspectorError): void {
    const wait = RELOAD_WAITS[this.reloads];
    this.reloads += 1;
    if (wait !== undefined) {
      this.pause = new Promise((resolve) => setTimeout(resolve, wait));
      return;
    }
    this.reloads = 0;
    const { trying } = session;
    if (trying === null) return;
    this.excluded.push({
      backend: trying,
      reason: `${BACKEND_TITLES[trying]} could not be loaded. ${message}`,
    });
  }

  /** What a dead worker holds cannot be trusted any more, even where it goes on. */
  died(session: Session, cause: string | undefined): void {
    if (session !== this.session) return;
    const backend = session.backend ?? session.trying;
    if (backend !== null) {
      const deaths = (this.deaths.get(backend) ?? 0) + 1;
      this.deaths.set(backend, deaths);
      if (deaths > 1) {
        this.excluded.push({ backend, reason: `${BACKEND_TITLES[backend]} stopped more than once.` });
      }
    }
    if (session.backend === null) this.end(stopped('The computation could not be started.', cause));
    else this.replace('The computation stopped and was started again. Your edits are kept.', cause);
  }

  transferred(session: Session, detail: EngineEvents['transfer']): void {
    if (session !== this.session) return;
    for (const listener of [...this.listeners.transfer]) listener(detail);
  }

  noticed(session: Session, detail: EngineEvents['notice']): void {
    if (session !== this.session) return;
    for (const listener of [...this.listeners.notice]) listener(detail);
  }

  rechecked(session: Session, detail: EngineEvents['rechecked']): void {
    if (session !== this.session) return;
    for (const listener of [...this.listeners.rechecked]) listener(detail);
  }

  hung(session: Session): void {
    if (session !== this.session) return;
    const { trying } = session;
    if (trying !== null) {
      this.excluded.push({ backend: trying, reason: `${BACKEND_TITLES[trying]} did not answer.` });
    }
    this.end(stopped('The computation did not start in time.'));
  }

  /** Ends the present worker and begins another, and tells the page once that one has started. */
  private replace(message: string, cause?: string): void {
    this.end(stopped(message, cause));
    const session = this.begin();
    this.session = session;
    session.report.then(
      (report) => {
        if (session !== this.session) return;
        const detail = { report, message: `${message} Now it runs on ${report.label}.` };
        for (const listener of [...this.listeners.device]) listener(detail);
      },
      // The calls under way are told.
      () => {},
    );
  }

  /** Ends the present worker. Calls under way in it fail with `error`, and `perform` does them again. */
  private end(error = stopped('The computation was started again.')): void {
    const session = this.session;
    this.session = null;
    session?.end(this.disposed ? closed() : error);
  }
}

function stopped(message: string, cause?: string): InspectorError {
  return new InspectorError('device-lost', message, 'Reload the page. Your edits are in its address.', {
    cause,
  });
}

function closed(): InspectorError {
  return new InspectorError('aborted', 'The engine was closed.');
}
