import type { ExperimentName } from '@/experiments/names';
import { FactorChoice } from '../export/FactorChoice';
import type { Experiment } from './useExperiment';

/** By what the latents of the models that an experiment runs in are scaled, of those whose file does not say it. */
export function FactorChoices<K extends ExperimentName>(props: { experiment: Experiment<K> }) {
  return props.experiment.sides.map(({ side }) => <FactorChoice key={side} side={side} />);
}
