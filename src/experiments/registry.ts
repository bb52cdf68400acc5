/** All experiments by name: how each is run. */
import type { ExperimentContext, OnPartial } from './context';
import type { ExperimentName, ExperimentOptions, ExperimentResults } from './names';
import * as worker from './worker';

type Run<K extends ExperimentName> = (
  context: ExperimentContext,
  options: ExperimentOptions[K],
  onPartial: OnPartial<ExperimentResults[K]>,
) => Promise<ExperimentResults[K]>;

const runs: Record<ExperimentName, unknown> = { ...worker };

/** @throws InspectorError as the experiment says; whatever `context.checkpoint` throws */
export function runExperiment<K extends ExperimentName>(
  name: K,
  context: ExperimentContext,
  options: ExperimentOptions[K],
  onPartial: OnPartial<ExperimentResults[K]> = () => {},
): Promise<ExperimentResults[K]> {
  return (runs[name] as Run<K>)(context, options, onPartial);
}
