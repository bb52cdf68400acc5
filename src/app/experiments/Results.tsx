import { type ReactNode, useMemo } from 'react';
import type { ExperimentName, ExperimentResults } from '@/experiments/names';
import { SideBadge } from '../sides/Sides';
import { SideContext, useComparing } from '../sides/side';
import { LETTERS } from '../sides/sideNames';
import type { Experiment, Last, SideExperiment } from './useExperiment';

/** The results of an experiment, of both models side by side where both have one; each says its model. */
export function Results<K extends ExperimentName>(props: {
  experiment: Experiment<K>;
  children(one: SideExperiment<K>, last: Last<K>): ReactNode;
}) {
  const comparing = useComparing();
  const there = props.experiment.sides.flatMap((one) => (one.last ? [{ one, last: one.last }] : []));
  const results = there.map(({ one, last }) => (
    <SideContext key={one.side} value={one.side}>
      {comparing ? (
        <section
          className="result"
          data-side={one.side}
          aria-label={`${LETTERS[one.side]}, ${last.subject.modelName}`}
        >
          <p className="result-of">
            <SideBadge side={one.side} />
            <strong>{last.subject.modelName}</strong>
          </p>
          {props.children(one, last)}
        </section>
      ) : (
        props.children(one, last)
      )}
    </SideContext>
  ));
  return there.length > 1 ? <div className="results-both">{results}</div> : results;
}

/**
 * The same where the results have something in common, such as the ends of a scale on which they are to be compared by eye.
 */
export function SharedResults<K extends ExperimentName, S>(props: {
  experiment: Experiment<K>;
  /** Computes it from at least one result; the same function each time. */
  shared(results: ExperimentResults[K][]): S;
  children(one: SideExperiment<K>, last: Last<K>, shared: S): ReactNode;
}) {
  const { experiment, shared } = props;
  const [first, second] = experiment.sides.flatMap(({ last }) => (last ? [last.result] : []));
  const common = useMemo(() => {
    if (first === undefined) return null;
    return { of: shared(second === undefined ? [first] : [first, second]) };
  }, [first, second, shared]);
  if (!common) return null;
  return <Results experiment={experiment}>{(one, last) => props.children(one, last, common.of)}</Results>;
}
