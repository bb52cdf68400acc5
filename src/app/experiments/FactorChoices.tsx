import type { ExperimentName } from '@/experiments/names';
import { FactorChoice } from '../export/FactorChoice';
import type { Experiment } from './useExperiment';

/** Choices of what scales the latents of an experiment's models, for those whose file does not say it. */
export function FactorChoices<K extends ExperimentName>(props: { experiment: Experiment<K> }) {
  return props.experiment.sides.map(({ side }) => <FactorChoice key={side} side={side} />);
}
