/** One worker, and what has been set up in it. Ends with its worker; what must outlive it is in `Kept`. */
import { InspectorError } from '@/common/errors';
import { type Connection, connect, type Port } from '@/common/rpc';
import type { Latent } from '@/latent/types';
import type { BackendName } from '../backends/name';
import { layerDeadline } from '../device/deadlines';
import { notOpen } from '../notOpen';
import type {
  DeviceReport,
  ModelInfo,
  ModelPart,
  ModelSource,
  RunOptions,
  WorkerCalls,
  WorkerEvents,
} from '../protocol';
import { watchLifeline } from './lifeline';
import { Silence } from './silence';

/** The part of a worker that the client needs. */
export interface WorkerPort extends Port {
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
  addEventListener(type: 'error' | 'messageerror', listener: (event: Event) => void): void;
  terminate(): void;
}

/** State that another worker needs to take over. */
export interface Restorable {
  /** Source of each model, by its id. */
  sources: Map<string, ModelSource>;
  /** Each study's latent, so that an edit stays an edit of the very same numbers. */
  means: Map<number, { model: string; mean: Latent }>;
}

/** Owner of sessions, to whom they report. */
export interface WorkerSessionOwner {
  /** The worker's script failed, or threw where nothing catches it. @param why the words for the visitor, where they are known */
  died(session: WorkerSession, cause: string | undefined, why?: InspectorError): void;
  /** The worker reports a download. */
  transferred(session: WorkerSession, detail: WorkerEvents['transfer']): void;
  /** The worker has something to say about a model's file. */
  noticed(session: WorkerSession, detail: WorkerEvents['notice']): void;
  /** The worker has repeated a decode. */
  rechecked(session: WorkerSession, detail: WorkerEvents['rechecked']): void;
  /** The worker has not got any further in its start for as long as a start may take. */
  hung(session: WorkerSession): void;
  /** The worker, which had started, has given no sign of life for so many milliseconds. */
  silent(session: WorkerSession, milliseconds: number): void;
}

export class WorkerSession {
  readonly connection: Connection<WorkerCalls, WorkerEvents>;
  readonly report: Promise<DeviceReport>;
  /** Null until the worker has started. */
  backend: BackendName | null = null;
  /** The backend that the worker tries, until it has started. */
  trying: BackendName | null = null;
  /** The worker ended by itself, or by an error that nothing caught. */
  died = false;
  private patience: ReturnType<typeof setTimeout> | undefined;
  private silence: Silence | null = null;
  private readonly life = new AbortController();
  /** Openings by model, then by the halves asked for. */
  private readonly models = new Map<string, Map<string, Promise<ModelInfo>>>();
  private readonly studies = new Map<number, { ready: boolean; opening: Promise<void> }>();

  constructor(
    private readonly worker: WorkerPort,
    private readonly kept: Restorable,
    start: WorkerCalls['start']['args'],
    owner: WorkerSessionOwner,
    patienceMilliseconds: number,
    silenceMilliseconds?: number,
  ) {
    this.connection = connect<WorkerCalls, WorkerEvents>(worker, {
      heard: () => this.silence?.heard(),
      rest: () => this.silence?.rest(),
    });
    const lifeline = `latent-inspector engine ${Math.random()}`;
    this.connection.on('holding', () =>
      watchLifeline(lifeline, this.life.signal, () => owner.died(this, 'The worker ended.')),
    );
    const wait = () => {
      clearTimeout(this.patience);
      this.patience = setTimeout(() => owner.hung(this), patienceMilliseconds);
    };
    wait();
    this.connection.on('trying', ({ backend }) => {
      this.trying = backend;
      wait();
    });
    this.connection.on('transfer', (detail) => {
      // The worker has let go of it; it may be asked for again.
      if (detail.error) this.forget(detail.model);
      // What is known of the model has changed.
      else if (detail.provenance) this.models.get(detail.model)?.clear();
      owner.transferred(this, detail);
    });
    this.connection.on('notice', (detail) => owner.noticed(this, detail));
    this.connection.on('rechecked', (detail) => owner.rechecked(this, detail));
    this.report = this.connection.call('start', { ...start, lifeline }).then((report) => {
      clearTimeout(this.patience);
      this.backend = report.backend;
      const limit = silenceMilliseconds ?? layerDeadline(report.backend, report.label);
      this.silence = new Silence(limit, () => owner.silent(this, limit));
      return report;
    });
    const died = (event: Event) => {
      const { message, error } = event as ErrorEvent;
      owner.died(this, message, error instanceof InspectorError ? error : undefined);
    };
    worker.addEventListener('error', died);
    worker.addEventListener('messageerror', died);
  }

  /** Stops the worker; calls under way fail with `error`. */
  end(error: InspectorError): void {
    clearTimeout(this.patience);
    this.life.abort();
    this.connection.close(error);
    this.worker.terminate();
  }

  /** The model in this worker, opened if it is not yet, with these halves on the device. Whoever asks first hears of the progress. */
  model(id: string, parts: readonly ModelPart[], run?: RunOptions): Promise<ModelInfo> {
    const source = this.kept.sources.get(id);
    if (!source) {
      return Promise.reject(
        new InspectorError('not-found', `The model "${id}" is not loaded.`, 'Load it first.'),
      );
    }
    const asked = this.models.get(id) ?? new Map<string, Promise<ModelInfo>>();
    this.models.set(id, asked);
    const key = [...parts].sort().join();
    const present = asked.get(key);
    if (present) return present;
    const loading = this.connection.call('loadModel', { ...source, parts }, run);
    asked.set(key, loading);
    loading.catch(() => {
      if (asked.get(key) === loading) asked.delete(key);
    });
    return loading;
  }

  async unload(id: string): Promise<void> {
    if (this.models.delete(id)) await this.connection.call('unloadModel', { model: id });
  }

  /** Notes that the worker holds neither this model nor anything opened in it any more. */
  private forget(id: string): void {
    this.models.delete(id);
    for (const [study, { model }] of this.kept.means) if (model === id) this.studies.delete(study);
  }

  /** Notes that the worker has opened a study itself. */
  opened(study: number): void {
    this.studies.set(study, { ready: true, opening: Promise.resolve() });
  }

  /** Null where the worker has the study, else a promise of its restoration. */
  study(study: number): Promise<void> | null {
    const present = this.studies.get(study);
    if (present) return present.ready ? null : present.opening;
    const entry = { ready: false, opening: this.restore(study) };
    this.studies.set(study, entry);
    entry.opening.then(
      () => {
        entry.ready = true;
      },
      () => {
        if (this.studies.get(study) === entry) this.studies.delete(study);
      },
    );
    return entry.opening;
  }

  async close(study: number): Promise<void> {
    if (this.studies.delete(study)) await this.connection.call('close', { study });
  }

  private async restore(study: number): Promise<void> {
    const kept = this.kept.means.get(study);
    if (!kept) throw notOpen();
    await this.model(kept.model, []);
    await this.connection.call('restore', { study, ...kept });
  }
}
