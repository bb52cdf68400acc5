/** All experiments by name: how each is run. */
import type { ExperimentContext, OnPartial } from './context';
import type { ExperimentName, ExperimentOptions, ExperimentResults } from './names';
import * as worker from './worker';

type Run<K extends ExperimentName> = (
  context: ExperimentContext,
  options: ExperimentOptions[K],
  onPartial: OnPartial<ExperimentResults[K]>,
) => Promise<ExperimentResults[K]>;

/** That each run is there, and takes and gives what its declaration says, is the compiler's to find. */
const runs: { [K in ExperimentName]: Run<K> } = { ...worker };

/** @throws InspectorError as the experiment says; whatever `context.checkpoint` throws */
export function runExperiment<K extends ExperimentName>(
  name: K,
  context: ExperimentContext,
  options: ExperimentOptions[K],
  onPartial: OnPartial<ExperimentResults[K]> = () => {},
): Promise<ExperimentResults[K]> {
  return runs[name](context, options, onPartial);
}
