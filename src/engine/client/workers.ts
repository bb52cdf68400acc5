/**
 * Workers are replaceable: when one dies, falls silent, loses its device or fills its memory, another is started, on the next
 * backend where that helps, and the calls under way are done again, so that nothing the visitor made is lost.
 */
import { InspectorError } from '@/common/errors';
import { aborted, unlessAborted } from '@/common/rpc';
import type { BackendName } from '../backends/name';
import { silentFor } from '../device/deadlines';
import { BACKEND_TITLES, type Rejection } from '../device/device';
import type { DeviceReport, EngineCalls, EngineEvents, RunOptions } from '../protocol';
import { FailureHistory } from './failureHistory';
import { GRAPHICS_LOST, remedy } from './recovery';
import { SecondChance } from './secondChance';
import { type Restorable, type WorkerPort, WorkerSession, type WorkerSessionOwner } from './workerSession';

export interface EngineOptions {
  /** Starts a worker that runs `host`. Tests and other bundlers give their own. */
  spawn?(): WorkerPort;
  /** Time that one backend may take to start and to pass its self-test. Default 90 s. */
  patienceMilliseconds?: number;
  /** Time for which it may give no sign of life once it has started. Default: see `deadlines.ts`. */
  silenceMilliseconds?: number;
  /** Milliseconds after the loss of WebGPU, and after the last call, until it is tried again. Default: see `secondChance.ts`. */
  secondChance?: { after: number; quiet: number };
  /** The clock by which failures of a backend lie far apart, milliseconds. Default: `performance.now`. */
  now?(): number;
}

/** A call that fails this often, each time in another worker, is given up. */
const MAX_ATTEMPTS = 5;

/** Before scripts that did not come are asked for again, milliseconds. */
const RELOAD_WAITS = [500, 2000];

/** The present worker, and whatever takes its place. */
export class Workers implements WorkerSessionOwner {
  /** Null where none is running. */
  session: WorkerSession | null = null;
  private wanted: EngineCalls['start']['args'] = {};
  private excluded: Rejection[] = [];
  /** Workers that died on each backend. */
  private readonly deaths: FailureHistory;
  /** Devices, contexts and threads that were lost. */
  private readonly losses: FailureHistory;
  /** Times that scripts were asked for again, and the wait before the next worker may begin. */
  private reloads = 0;
  private pause = Promise.resolve();
  private disposed = false;
  private readonly chance: SecondChance;
  private readonly listeners: { [K in keyof EngineEvents]: Set<(detail: EngineEvents[K]) => void> } = {
    device: new Set(),
    transfer: new Set(),
    notice: new Set(),
    rechecked: new Set(),
  };

  constructor(
    private readonly kept: Restorable,
    private readonly options: EngineOptions & Required<Pick<EngineOptions, 'spawn' | 'patienceMilliseconds'>>,
  ) {
    const { after, quiet } = options.secondChance ?? {};
    this.deaths = new FailureHistory(options.now);
    this.losses = new FailureHistory(options.now);
    this.chance = new SecondChance(() => this.tryWebgpuAgain(), after, quiet);
  }

  /** Another choice starts another worker, and so does asking again after a backend failed: that is then forgotten. */
  async start({ backend, precision, recheck }: EngineCalls['start']['args']): Promise<DeviceReport> {
    const same =
      backend === this.wanted.backend &&
      precision === this.wanted.precision &&
      recheck === this.wanted.recheck;
    if (!same || this.excluded.length > 0) this.end();
    this.wanted = { backend, precision, recheck };
    this.excluded = [];
    this.losses.forget();
    this.deaths.forget();
    this.chance.end();
    return this.perform({}, (session) => session.report);
  }

  on<K extends keyof EngineEvents>(event: K, listener: (detail: EngineEvents[K]) => void): () => void {
    this.listeners[event].add(listener);
    return () => this.listeners[event].delete(listener);
  }

  dispose(): void {
    this.disposed = true;
    this.chance.end();
    this.end();
    for (const set of Object.values(this.listeners)) set.clear();
  }

  /** Does `work` in the present worker, and again in another one when that one fails for good. */
  perform<T>(run: RunOptions | undefined, work: (session: WorkerSession) => Promise<T>): Promise<T> {
    return this.chance.during(() => this.attempts(run ?? {}, work));
  }

  private async attempts<T>(run: RunOptions, work: (session: WorkerSession) => Promise<T>): Promise<T> {
    const began = performance.now();
    /** Backends whose worker died during this very call. */
    const diedOn: BackendName[] = [];
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
        if (!(thrown instanceof InspectorError) || this.disposed || attempt === MAX_ATTEMPTS) throw thrown;
        if (thrown.code === 'out-of-memory') timesOutOfMemory += 1;
        // Of a worker whose script does not come nothing was heard in as long as a start may take.
        const silent = session.backend === null && session.trying === null;
        if (silent && performance.now() - began >= this.options.patienceMilliseconds) throw thrown;
        if (session.died && session.backend !== null) {
          if (diedOn.includes(session.backend)) this.giveUp(session.backend);
          diedOn.push(session.backend);
        }
        if (!this.recover(session, thrown, timesOutOfMemory)) throw thrown;
        await unlessAborted(this.pause, run.signal);
      }
    }
  }

  /** Sees to it that the call can be done again; false where it cannot. */
  private recover(session: WorkerSession, error: InspectorError, timesOutOfMemory: number): boolean {
    const { code } = error;
    // It shared work (loading a model) with a call that was aborted, and now does that itself.
    if (code === 'aborted') return true;
    const { backend } = session;
    // Another call may have met the same end already.
    const current = session === this.session;
    const lost = code === 'device-lost' && backend !== null;
    let timesLost = 0;
    if (lost) timesLost = current ? this.losses.note(backend) : this.losses.count(backend) + 1;
    const todo = remedy({ code, backend, timesOutOfMemory, timesLost });
    if (todo === 'fail') return false;
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
      if (backend === 'webgpu' && error.message === GRAPHICS_LOST) this.chance.lost();
    } else {
      const reason = lost ? error.message : 'The memory was full, so the computation was started afresh.';
      this.replace(`${reason} Your edits are kept.`);
    }
    return true;
  }

  /** A backend on which one call has ended two workers, however long that took, goes without that call's third try. */
  private giveUp(backend: BackendName): void {
    if (this.excluded.some((each) => each.backend === backend)) return;
    const reason = stoppedMore(backend);
    this.excluded.push({ backend, reason });
    if ((this.session?.backend ?? this.session?.trying) === backend)
      this.replace(`${reason} Your edits are kept.`);
  }

  /**
   * Tries WebGPU in a worker beside the present one, which goes on until that has started. Resolves to false where somebody wanted
   * the engine meanwhile: nothing under way changes its device.
   */
  private async tryWebgpuAgain(): Promise<boolean> {
    const present = this.session;
    if (!present || this.disposed) return true;
    const excluded = this.excluded.filter(({ backend }) => backend !== 'webgpu');
    const session = this.spawnSession({ excluded, only: 'webgpu' });
    try {
      const report = await session.report;
      if (this.disposed || this.session !== present || this.chance.isBusy) {
        session.end(stopped('It was not needed.'));
        return this.disposed || this.session !== present;
      }
      this.excluded = excluded;
      this.session = session;
      present.end(stopped('The computation moved to WebGPU.'));
      this.tell(
        report,
        `WebGPU, which was lost, was tried again and works. Your edits are kept. Now it runs on ${report.label}.`,
      );
    } catch {
      session.end(stopped('WebGPU did not start.'));
      const message = 'WebGPU, which was lost, was tried again and did not start.';
      const report = await present.report;
      if (this.session === present) this.tell(report, `${message} It stays on ${report.label}.`);
    }
    return true;
  }

  private begin(): WorkerSession {
    const session = this.spawnSession({ excluded: this.excluded });
    session.report.catch((error) => {
      // A worker that could not start is of no use to a later call either.
      if (this.session !== session) return;
      if (error instanceof InspectorError && error.code === 'network') this.unloaded(session, error);
      this.end();
    });
    return session;
  }

  /** A script of a backend did not come: it is asked for again by another worker after a while, and then done without. */
  private unloaded(session: WorkerSession, { message }: InspectorError): void {
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

  private spawnSession(start: { excluded: Rejection[]; only?: BackendName }): WorkerSession {
    const { spawn, patienceMilliseconds, silenceMilliseconds } = this.options;
    const args = { ...this.wanted, ...start };
    return new WorkerSession(spawn(), this.kept, args, this, patienceMilliseconds, silenceMilliseconds);
  }

  /** Puts another worker in its place: what a dead one holds cannot be trusted any more, even where it goes on. */
  died(session: WorkerSession, cause: string | undefined, why?: InspectorError): void {
    if (session !== this.session) {
      session.end(why ?? stopped('The computation stopped.', cause));
      return;
    }
    session.died = true;
    const backend = session.backend ?? session.trying;
    if (backend !== null && this.deaths.note(backend) > 1) {
      this.excluded.push({ backend, reason: stoppedMore(backend) });
    }
    if (session.backend === null) this.end(why ?? stopped('The computation could not be started.', cause));
    else this.replace('The computation stopped and was started again. Your edits are kept.', cause);
  }

  transferred(session: WorkerSession, detail: EngineEvents['transfer']): void {
    if (session !== this.session) return;
    for (const listener of [...this.listeners.transfer]) listener(detail);
  }

  noticed(session: WorkerSession, detail: EngineEvents['notice']): void {
    if (session !== this.session) return;
    for (const listener of [...this.listeners.notice]) listener(detail);
  }

  rechecked(session: WorkerSession, detail: EngineEvents['rechecked']): void {
    if (session !== this.session) return;
    for (const listener of [...this.listeners.rechecked]) listener(detail);
  }

  /** A worker that is taken for dead fails its calls as one that says that its device was lost. */
  silent(session: WorkerSession, milliseconds: number): void {
    if (session === this.session) this.recover(session, stopped(silentFor(milliseconds)), 0);
  }

  hung(session: WorkerSession): void {
    if (session !== this.session) {
      session.end(stopped('The computation did not start in time.'));
      return;
    }
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
        this.tell(report, `${message} Now it runs on ${report.label}.`);
      },
      // The calls under way are told.
      () => {},
    );
  }

  private tell(report: DeviceReport, message: string): void {
    for (const listener of [...this.listeners.device]) listener({ report, message });
  }

  /** Ends the present worker. Calls under way in it fail with `error`, and `perform` does them again. */
  private end(error = stopped('The computation was started again.')): void {
    const session = this.session;
    this.session = null;
    session?.end(this.disposed ? closed() : error);
  }
}

function stopped(message: string, cause?: string): InspectorError {
  return new InspectorError('device-lost', message, 'Try again.', { cause });
}

function stoppedMore(backend: BackendName): string {
  return `${BACKEND_TITLES[backend]} stopped more than once.`;
}

function closed(): InspectorError {
  return new InspectorError('aborted', 'The engine was closed.');
}
