/**
 * Experiments on what is open on either side: one of each kind at a time on each, results kept with what they were made on. What
 * there is of a result so far is kept, too, so that nothing measured is lost where the rest is not.
 */

import { InspectorError, toPlain } from '@/common/errors';
import type { Edit } from '@/edits';
import type { ModelInfo, Pixels } from '@/engine/protocol';
import { declarationOf } from '@/experiments/declarations';
import type { ExperimentName, ExperimentOptions, ExperimentResults } from '@/experiments/names';
import { posteriorMean } from '@/latent/layers';
import { sameScaling } from '@/latent/scaled';
import type { Latent, PosteriorData } from '@/latent/types';
import type { Context } from './context';
import { factorOf } from './models/factors';
import { noPicture, standInPicture } from './pictures/latents';
import { OTHER } from './side/side';
import type { Sides } from './side/sides';
import type { OpenStudy } from './side/study';
import type {
  ExperimentActions,
  ExperimentRunOptions,
  ExperimentState,
  ExperimentStates,
  ExperimentSubject,
  InspectorState,
  Side,
} from './types';

interface Parts {
  context: Context;
  sides: Sides;
}

export interface Experiments {
  actions: ExperimentActions;
  /** The sides change places: what was found in a model, and what is being found, goes along with it. */
  exchange(): void;
  /** Stops all. */
  stop(): void;
}

/** One that runs. Its side changes when the sides change places. */
interface Run {
  name: ExperimentName;
  side: Side;
  controller: AbortController;
}

/** Parts of a result come as fast as they are measured; they are shown so often, milliseconds. */
const SHOW_EVERY = 250;

/** Tells whether a result still speaks of what is open on a side; `byEdits`: only while the edits are the same, too. */
export function isCurrent(
  subject: ExperimentSubject,
  state: Pick<InspectorState, 'view' | 'sides' | 'factors'>,
  byEdits: boolean,
  side: Side = 'a',
): boolean {
  const open = openOn(state, side);
  return (
    subject.posterior === open?.posterior &&
    // Two models of one encoder share a posterior.
    subject.model === open.info?.id &&
    subject.radius === state.view.radius &&
    (!subject.factor || sameScaling(subject.factor.scaling, factorOf(open.info, state.factors).scaling)) &&
    (!byEdits || subject.edits === open.edits)
  );
}

function openOn(
  { sides }: Pick<InspectorState, 'sides'>,
  side: Side,
): { posterior: PosteriorData | null; info: ModelInfo | null; edits: readonly Edit[] } | null {
  const open = sides[side];
  return open && { posterior: open.posterior, info: open.model.info, edits: open.edits };
}

export function createExperiments({ context, sides }: Parts): Experiments {
  const { engine, get, set } = context;
  const runs = new Set<Run>();

  const running = (name: ExperimentName, side: Side) =>
    [...runs].find((run) => run.name === name && run.side === side);

  function put<K extends ExperimentName>({ name, side }: Run, part: Partial<ExperimentState<K>>): void {
    const { experiments } = get();
    const before = experiments[side][name] ?? { last: null, running: null, error: null };
    const own = { ...experiments[side], [name]: { ...before, ...part } };
    set({ experiments: { ...experiments, [side]: own } });
  }

  /** The study that is open on a side. */
  function studyOn(side: Side): OpenStudy {
    const shown = get().sides[side];
    if (!shown) {
      throw new InspectorError('not-found', 'No second model is open.', 'Set one to compare with first.');
    }
    const study = sides[side].current;
    // While another second model is being opened the one before it is put by.
    if (!study || (side === 'b' && study.posterior !== shown.posterior)) {
      throw new InspectorError('not-found', 'No picture is open yet.', 'Wait until one is, then try again.');
    }
    return study;
  }

  function subjectOn(
    name: ExperimentName,
    side: Side,
  ): { subject: ExperimentSubject; pixels: Pixels | null } {
    const study = studyOn(side);
    const state = get();
    return {
      pixels: study.pixels,
      subject: {
        model: study.model.id,
        modelName: study.model.name,
        picture: study.source.title,
        size: study.size,
        posterior: study.posterior,
        edits: openOn(state, side)?.edits ?? [],
        radius: state.view.radius,
        ...(declarationOf(name).isScaled && { factor: factorOf(study.model, state.factors) }),
      },
    };
  }

  async function runExperiment<K extends ExperimentName>(
    name: K,
    options: ExperimentOptions[K],
    { side = 'a', signal, onProgress, onPartial }: ExperimentRunOptions<K> = {},
  ): Promise<ExperimentResults[K]> {
    const older = running(name, side);
    if (older) {
      runs.delete(older);
      older.controller.abort();
    }
    const run: Run = { name, side, controller: new AbortController() };
    const abort = () => run.controller.abort();
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
    runs.add(run);
    const show = (part: Partial<ExperimentState<K>>) => {
      if (runs.has(run)) put(run, part);
    };
    /** Parts of the state that came since something was shown last. */
    let held: Partial<ExperimentState<K>> = {};
    try {
      const { subject, pixels } = subjectOn(name, side);
      const startedAt = Date.now();
      const earlier = earlierMilliseconds(get().experiments[side][name], options);
      const found = (result: ExperimentResults[K], complete: boolean) => {
        const { device } = get();
        const info = openOn(get(), run.side)?.info;
        return {
          subject,
          options,
          result,
          complete,
          milliseconds: earlier + Date.now() - startedAt,
          backend: device.report?.label ?? null,
          sha256: info?.id === subject.model ? info.provenance.sha256 : null,
        };
      };
      let shownAt = startedAt;
      show({ running: { subject, fraction: 0, doing: '', startedAt }, error: null });
      const { model, posterior, edits, radius, factor } = subject;
      const result = await engine.experiment(
        {
          name,
          options,
          model,
          picture: pixels ?? standInPicture(name, get().sides.a.base),
          posterior,
          edits,
          radius,
          ...(factor && { scaling: factor.scaling }),
        },
        {
          signal: run.controller.signal,
          onProgress: (fraction, doing) => {
            show({ running: { subject, fraction, doing, startedAt } });
            onProgress?.(fraction, 1);
          },
          onPartial: (partial) => {
            onPartial?.(partial);
            held = { last: found(partial, false) };
            if (Date.now() - shownAt < SHOW_EVERY) return;
            shownAt = Date.now();
            show(held);
            held = {};
          },
        },
      );
      show({ last: found(result, true), running: null });
      return result;
    } catch (error) {
      const plain = toPlain(error);
      show({
        ...held,
        running: null,
        error: plain.code === 'aborted' ? null : plain,
      });
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
      runs.delete(run);
    }
  }

  /** Another picture's latent, in the model of a side; the picture stays closed. */
  async function encodeOther(
    source: string | Blob | ImageBitmapSource,
    signal: AbortSignal = new AbortController().signal,
    side: Side = 'a',
  ): Promise<{ latent: Latent; pixels: Pixels; title: string }> {
    const { size, pixels: own } = studyOn(side);
    if (!own) throw noPicture();
    // Where both decode one latent, it is the first model's.
    const { model } = studyOn(get().sides.b?.shared ? 'a' : side);
    const picture = await context.readPicture(source, signal);
    try {
      const { pixels } = await picture.fit(size, signal);
      const { study, posterior } = await engine.open({ model: model.id, picture: pixels }, { signal });
      void engine.close({ study }).catch(() => {});
      return { latent: posteriorMean(posterior), pixels, title: picture.title };
    } finally {
      picture.close();
    }
  }

  return {
    actions: {
      runExperiment,
      stopExperiment: (name, side = 'a') => running(name, side)?.controller.abort(),
      forgetExperiments(names) {
        for (const run of runs) {
          if (!names.includes(run.name)) continue;
          run.controller.abort();
          // What it still finds is not kept either.
          runs.delete(run);
        }
        const { experiments } = get();
        const without = (states: ExperimentStates): ExperimentStates =>
          Object.fromEntries(
            Object.entries(states).filter(([name]) => !names.includes(name as ExperimentName)),
          );
        set({ experiments: { a: without(experiments.a), b: without(experiments.b) } });
      },
      async fitPicture(size, signal) {
        const study = sides.a.current;
        if (!study) throw new InspectorError('not-found', 'No picture is open yet.');
        return (await study.source.fit(size, signal)).pixels;
      },
      encodeOther,
    },
    exchange() {
      for (const run of runs) run.side = OTHER[run.side];
      const { a, b } = get().experiments;
      set({ experiments: { a: b, b: a } });
    },
    stop() {
      for (const { controller } of runs) controller.abort();
    },
  };
}

/** Milliseconds that went already into the result that a run goes on from. */
function earlierMilliseconds<K extends ExperimentName>(
  state: ExperimentState<K> | undefined,
  options: ExperimentOptions[K],
): number {
  const last = state?.last;
  return last && 'previous' in options && options.previous === last.result ? last.milliseconds : 0;
}
