import type { ExperimentName } from '@/experiments/names';
import { seconds } from '../parts/format';
import { subjectWords } from './provenance';
import type { SideExperiment } from './useExperiment';

/** Words for what a result was made on, and whether it still speaks of what is open. */
export function Kept<K extends ExperimentName>(props: { experiment: SideExperiment<K> }) {
  const { last, current } = props.experiment;
  if (!last) return null;
  const { subject, complete, milliseconds, backend } = last;
  const made = `${subjectWords(subject)}, near within ${subject.radius} cells; ${seconds(milliseconds)}${backend ? ` on ${backend}` : ''}.`;
  const of = complete ? 'Of' : props.experiment.running ? 'So far, of' : 'Not finished: a part, of';
  return (
    <p className={`kept small ${current ? 'muted' : 'kept-old'}`}>
      {current ? '' : 'From before: this no longer speaks of what is open. '}
      {of} {made}
    </p>
  );
}
