import type { ExperimentName } from '../../experiments/names';
import { seconds } from '../format';
import { subjectWords } from './provenance';
import type { Experiment } from './useExperiment';

/** What a result was made on, and whether it still speaks of what is open. */
export function Kept<K extends ExperimentName>(props: { experiment: Experiment<K> }) {
  const { last, current } = props.experiment;
  if (!last) return null;
  const { subject, milliseconds, backend } = last;
  const made = `${subjectWords(subject)}, near within ${subject.radius} cells; ${seconds(milliseconds)}${backend ? ` on ${backend}` : ''}.`;
  return (
    <p className={`kept small ${current ? 'muted' : 'kept-old'}`}>
      {current ? `Of ${made}` : `From before: this no longer speaks of what is open. It is of ${made}`}
    </p>
  );
}
