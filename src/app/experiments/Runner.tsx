import { type ReactNode, useEffect, useState } from 'react';
import { declarationOf } from '@/experiments/declarations';
import type { ExperimentName } from '@/experiments/names';
import { canCompute } from '@/session/side/side';
import { useInspector } from '../context';
import { useComparing } from '../sides/side';
import { LETTERS } from '../sides/sideNames';
import { costWords, leftWords, totalWork, type Work } from './cost';
import type { Experiment, SideExperiment } from './useExperiment';

/** Run and Stop, with what it will cost before, how far it is while, and why it failed after. */
export function Runner<K extends ExperimentName>(props: {
  experiment: Experiment<K>;
  label: string;
  /** The work that it takes on a side. */
  work(one: SideExperiment<K>): Work;
  onRun(): void;
  onStop?(): void;
  /** Something goes on that the experiment does not know of, such as fitting the picture. */
  preparing?: string | null;
  /** The reason why it cannot be run now, one sentence. */
  unable?: string | null;
  /** The failure before the experiment was asked for, in words. */
  problem?: string | null;
  /** Settings, in front of the button. */
  children?: ReactNode;
}) {
  const { experiment, preparing } = props;
  const { sides } = experiment;
  const timings = useInspector((state) => state.timings);
  const size = useInspector((state) => state.view.size);
  const pictureless =
    useInspector((state) => state.view.latent !== null) && !declarationOf(experiment.name).isPictureless;
  const comparing = useComparing();
  const ready = sides.every(({ open }) => canCompute(open));
  const unable = pictureless
    ? 'This needs the picture, and a latent from a file has none. Open a picture first.'
    : ready
      ? (props.unable ?? null)
      : 'The engine is not ready yet. This can run once it is.';
  const running = sides.find((one) => one.running !== null) ?? null;
  const busy = experiment.busy || running !== null || Boolean(preparing);
  const problems = sides.flatMap(({ side, error }) =>
    error ? [`${comparing ? `${LETTERS[side]}: ` : ''}${error.message} ${error.advice}`] : [],
  );
  if (props.problem) problems.push(props.problem);
  const cost = () => costWords(totalWork(sides.map(props.work)), timings, size);
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
          <RunningWords running={running} letter={comparing} preparing={preparing ?? null} />
        ) : (
          <span className="muted">
            {unable ?? `It takes ${cost()}${sides.length > 1 ? ' for both models' : ''}.`}
          </span>
        )}
      </div>
      {!busy &&
        problems.map((problem) => (
          <p key={problem} className="runner-problem" role="alert">
            {problem}
          </p>
        ))}
    </div>
  );
}

function RunningWords(props: {
  running: SideExperiment<ExperimentName> | null;
  /** True where it is said on which side it runs. */
  letter: boolean;
  preparing: string | null;
}) {
  const { letter } = props;
  const running = props.running?.running ?? null;
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  const fraction = running?.fraction ?? 0;
  const left = running ? leftWords(fraction, now - running.startedAt) : '';
  const doing = running?.doing || props.preparing || 'waiting for the engine';
  const where = letter && props.running ? `${LETTERS[props.running.side]}: ` : '';
  return (
    <>
      <progress
        className="runner-progress"
        value={fraction}
        max={1}
        aria-label="Progress of the experiment"
      />
      <span className="numeric">
        {where}
        {Math.round(100 * fraction)} %, {doing}
        {left && `, ${left}`}
      </span>
    </>
  );
}
