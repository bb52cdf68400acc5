/** Experiments on what is open: one of each kind at a time, results kept with what they were made on. */
import type { Pixels } from '../engine/protocol';
import { InspectorError, toPlain } from '../errors';
import type { ExperimentName, ExperimentOptions, ExperimentResults } from '../experiments/names';
import { posteriorMean } from '../inspect/layers';
import type { Latent } from '../inspect/types';
import type { Context } from './context';
import type { Opener } from './open';
import type { ExperimentActions, ExperimentStates, ExperimentSubject, InspectorState } from './types';

interface Parts {
  context: Context;
  opener: Opener;
}

export interface Experiments {
  actions: ExperimentActions;
  /** Stops all. */
  stop(): void;
}

/** Whether a result still speaks of what is open; `byEdits`: only while the edits are the same, too. */
export function isCurrent(
  subject: ExperimentSubject,
  { posterior, view }: Pick<InspectorState, 'posterior' | 'view'>,
  byEdits: boolean,
): boolean {
  return (
    subject.posterior === posterior &&
    subject.radius === view.radius &&
    (!byEdits || subject.edits === view.edits)
  );
}

export function createExperiments({ context, opener }: Parts): Experiments {
  const { engine, get, set } = context;
  const running = new Map<ExperimentName, AbortController>();

  function put<K extends ExperimentName>(name: K, part: Partial<NonNullable<ExperimentStates[K]>>): void {
    const { experiments } = get();
    const before = experiments[name] ?? { last: null, running: null, error: null };
    set({ experiments: { ...experiments, [name]: { ...before, ...part } } });
  }

  function subjectNow(): { subject: ExperimentSubject; pixels: Pixels } {
    const study = opener.current;
    const { view } = get();
    if (!study) {
      throw new InspectorError('not-found', 'No picture is open yet.', 'Wait until one is, then try again.');
    }
    return {
      pixels: study.pixels,
      subject: {
        model: study.model.id,
        modelName: study.model.name,
        picture: study.source.title,
        size: study.size,
        posterior: study.posterior,
        edits: view.edits,
        radius: view.radius,
      },
    };
  }

  async function runExperiment<K extends ExperimentName>(
    name: K,
    options: ExperimentOptions[K],
    run: { signal?: AbortSignal; onProgress?(done: number, total: number): void } = {},
  ): Promise<ExperimentResults[K]> {
    running.get(name)?.abort();
    const controller = new AbortController();
    const abort = () => controller.abort();
    run.signal?.addEventListener('abort', abort, { once: true });
    if (run.signal?.aborted) abort();
    running.set(name, controller);
    const isNewest = () => running.get(name) === controller;
    try {
      const { subject, pixels } = subjectNow();
      const begun = { subject, fraction: 0, doing: '', startedAt: Date.now() };
      put(name, { running: begun, error: null } as never);
      const { model, posterior, edits, radius } = subject;
      const result = await engine.experiment(
        { name, options, model, picture: pixels, posterior, edits, radius },
        {
          signal: controller.signal,
          onProgress: (fraction, doing) => {
            if (isNewest()) put(name, { running: { ...begun, fraction, doing } } as never);
            run.onProgress?.(fraction, 1);
          },
        },
      );
      if (isNewest()) {
        const milliseconds = Date.now() - begun.startedAt;
        const { device, model: open } = get();
        const backend = device.report?.label ?? null;
        const sha256 = open.info?.id === model ? open.info.provenance.sha256 : null;
        put(name, {
          last: { subject, options, result, milliseconds, backend, sha256 },
          running: null,
        } as never);
      }
      return result;
    } catch (error) {
      if (isNewest()) {
        const plain = toPlain(error);
        put(name, { running: null, error: plain.code === 'aborted' ? null : plain } as never);
      }
      throw error;
    } finally {
      run.signal?.removeEventListener('abort', abort);
      if (isNewest()) running.delete(name);
    }
  }

  /** Another picture's latent, in the model on the left; the picture stays closed. */
  async function encodeOther(
    source: string | Blob | ImageBitmapSource,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<{ latent: Latent; pixels: Pixels; title: string }> {
    const { subject } = subjectNow();
    const picture = await context.readPicture(source, signal);
    try {
      const { pixels } = await picture.fit(subject.size, signal);
      const { study, posterior } = await engine.open({ model: subject.model, picture: pixels }, { signal });
      void engine.close({ study }).catch(() => {});
      return { latent: posteriorMean(posterior), pixels, title: picture.title };
    } finally {
      picture.close();
    }
  }

  return {
    actions: {
      runExperiment,
      stopExperiment: (name) => running.get(name)?.abort(),
      async fitPicture(size, signal) {
        const study = opener.current;
        if (!study) throw new InspectorError('not-found', 'No picture is open yet.');
        return (await study.source.fit(size, signal)).pixels;
      },
      encodeOther,
    },
    stop() {
      for (const controller of running.values()) controller.abort();
    },
  };
}
