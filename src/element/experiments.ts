/** Experiments as the custom element offers them: whatever can be chosen for the caller is, and pictures may be named. */

import { declarationOf } from '@/experiments/declarations';
import type { OpenPage } from '@/experiments/declare';
import type {
  DeclarationOf,
  ExperimentName,
  ExperimentOptions,
  ExperimentResults,
} from '@/experiments/names';
import type { ReportDocument } from '@/report/run';
import type { InspectorStore, Side } from '@/session/types';
import { type ElementReportOptions, reportRequest } from './report';
import type { SideName } from './sideName';

/** Options that each may be given; everything has a default but the other picture of `interpolate` and the pictures of `report`. */
export type ElementExperimentOptions = {
  [K in Exclude<ExperimentName, 'report'>]: DeclarationOf<K> extends {
    prepare(given: infer Given, page: OpenPage): unknown;
  }
    ? Given
    : Partial<ExperimentOptions[K]>;
} & { report: ElementReportOptions };

export type ElementExperimentResults = {
  [K in Exclude<ExperimentName, 'report'>]: DeclarationOf<K> extends { present(result: never): infer Shown }
    ? Shown
    : ExperimentResults[K];
} & { report: ReportDocument };

export interface ExperimentRun {
  /** Model of two to run in: `compare`, the one on the right, with the edits and the cell as they are there. */
  side?: SideName;
  signal?: AbortSignal;
  onProgress?(done: number, total: number): void;
  /**
   * Called with what is measured so far, by `scan` and `resolution`. After a stop or a failure the same experiment goes on from
   * there when it is given as the option `previous`.
   */
  onPartial?(partial: ExperimentResults['scan' | 'resolution']): void;
}

/** The same, its side as the session calls it. */
type RunOnSide = Omit<ExperimentRun, 'side'> & { side: Side };

/** @throws InspectorError as the experiment says; `aborted` where `run.signal` is */
export async function runElementExperiment<K extends ExperimentName>(
  store: InspectorStore,
  name: K,
  options: Partial<ElementExperimentOptions[K]>,
  run: RunOnSide,
): Promise<ElementExperimentResults[K]> {
  if (name === 'report') {
    const request = await reportRequest(store, options as Partial<ElementReportOptions>, run.signal);
    return structuredClone(await store.runReport(request, run)) as ElementExperimentResults[K];
  }
  const { defaults, prepare, present } = declarationOf(name);
  const given = { ...defaults, ...options };
  const full = prepare ? await prepare(given as never, openPage(store, run)) : given;
  const result = await store.runExperiment(name, full as unknown as ExperimentOptions[K], {
    ...run,
    onPartial: (partial) =>
      run.onPartial?.(structuredClone(partial) as ExperimentResults['scan' | 'resolution']),
  });
  return structuredClone(present ? present(result as never) : result) as ElementExperimentResults[K];
}

function openPage({ sides, fitPicture, encodeOther }: InspectorStore, { side, signal }: RunOnSide): OpenPage {
  return {
    cell: (sides[side] ?? sides.a).cell,
    fitPicture: (size) => fitPicture(size, signal),
    encodeOther: async (source) => (await encodeOther(source, signal, side)).latent,
  };
}
