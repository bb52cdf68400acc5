import { type ReactNode, useEffect, useState } from 'react';
import type { ExperimentName } from '../../experiments/names';
import { useInspector } from '../context';
import { costWords, leftWords, type Work } from './cost';
import type { Experiment } from './useExperiment';

/** Run and Stop, with what it will cost before, how far it is while, and why it failed after. */
export function Runner<K extends ExperimentName>(props: {
  experiment: Experiment<K>;
  label: string;
  work: Work;
  onRun(): void;
  onStop?(): void;
  /** Something goes on that the experiment does not know of, such as fitting the picture. */
  preparing?: string | null;
  /** Why it cannot be run now, one sentence. */
  unable?: string | null;
  /** What went wrong before the experiment was asked for. */
  problem?: string | null;
  /** Settings, in front of the button. */
  children?: ReactNode;
}) {
  const { experiment, work, preparing } = props;
  const { running, error } = experiment;
  const timings = useInspector((state) => state.timings);
  const size = useInspector((state) => state.view.size);
  const ready = useInspector((state) => state.base !== null && !state.recorded);
  const unable = ready ? (props.unable ?? null) : 'The engine is not ready yet. This can run once it is.';
  const busy = running !== null || Boolean(preparing);
  const problem = error ? `${error.message} ${error.advice}` : props.problem;
  return (
    <div className="runner">
      {props.children && <div className="runner-settings">{props.children}</div>}
      <div className="runner-row">
        {busy ? (
          <button type="button" className="button" onClick={props.onStop ?? experiment.stop}>
            Stop
          </button>
        ) : (
          <button type="button" className="button strong" disabled={unable !== null} onClick={props.onRun}>
            {props.label}
          </button>
        )}
        {busy ? (
          <RunningWords running={running} preparing={preparing ?? null} />
        ) : (
          <span className="muted">{unable ?? `It takes ${costWords(work, timings, size)}.`}</span>
        )}
      </div>
      {!busy && problem && (
        <p className="runner-problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

function RunningWords(props: { running: Experiment<ExperimentName>['running']; preparing: string | null }) {
  const { running } = props;
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  const fraction = running?.fraction ?? 0;
  const left = running ? leftWords(fraction, now - running.startedAt) : '';
  const doing = running ? running.doing || 'waiting for the engine' : props.preparing;
  return (
    <>
      <progress
        className="runner-progress"
        value={fraction}
        max={1}
        aria-label="Progress of the experiment"
      />
      <span className="numeric">
        {Math.round(100 * fraction)} %, {doing}
        {left && `, ${left}`}
      </span>
    </>
  );
}
