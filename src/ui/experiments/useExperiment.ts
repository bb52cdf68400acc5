import type { PlainError } from '../../errors';
import type { ExperimentName, ExperimentOptions, ExperimentResults } from '../../experiments/names';
import { isCurrent } from '../../state/experiments';
import type { ExperimentState } from '../../state/types';
import { useActions, useInspector } from '../context';

export interface Experiment<K extends ExperimentName> {
  name: K;
  last: ExperimentState<K>['last'];
  /** Whether the last result still speaks of what is open. */
  current: boolean;
  running: ExperimentState<K>['running'];
  error: PlainError | null;
  /** The result, or null where it failed or was stopped: why is kept as `error`. */
  run(options: ExperimentOptions[K]): Promise<ExperimentResults[K] | null>;
  stop(): void;
}

/** @param byEdits whether a result belongs to the edits that it was made with */
export function useExperiment<K extends ExperimentName>(name: K, byEdits = false): Experiment<K> {
  const actions = useActions();
  const state = useInspector((all) => all.experiments[name]) as ExperimentState<K> | undefined;
  const current = useInspector((all) => {
    const last = all.experiments[name]?.last;
    return last ? isCurrent(last.subject, all, byEdits) : false;
  });
  return {
    name,
    last: state?.last ?? null,
    current,
    running: state?.running ?? null,
    error: state?.error ?? null,
    run: (options) => actions.runExperiment(name, options).catch(() => null),
    stop: () => actions.stopExperiment(name),
  };
}
