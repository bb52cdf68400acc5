import type { ReactNode } from 'react';
import { useActions, useInspector } from '@/app/context';
import { duration } from '@/app/parts/format';
import type { ReportProgress, ReportState } from '@/session/report/types';
import { canCompute } from '@/session/side/side';

/** Run and Stop, with the cost before, how far it is while, and why it ended after. */
export function ReportRunner(props: {
  report: ReportState;
  /** The reason why it cannot be run now, one sentence. */
  unable: string | null;
  cost: string;
  onRun(): void;
  /** Settings, above the button. */
  children: ReactNode;
}) {
  const { report, cost } = props;
  const { running, error } = report;
  const actions = useActions();
  const ready = useInspector((state) => canCompute(state.sides.a));
  const unable = ready ? props.unable : 'The engine is not ready yet. This can run once it is.';
  return (
    <div className="runner">
      {/* What is being measured cannot be chosen anew meanwhile. */}
      <fieldset className="report-settings" disabled={running !== null}>
        {props.children}
      </fieldset>
      <div className="runner-row">
        {running ? (
          <>
            <button type="button" className="button" onClick={actions.stopReport}>
              Stop
            </button>
            <progress
              className="runner-progress"
              value={running.fraction}
              max={1}
              aria-label="Progress of the report"
            />
            <span className="numeric report-doing">{runningWords(running)}</span>
          </>
        ) : (
          <>
            <button type="button" className="button strong" disabled={unable !== null} onClick={props.onRun}>
              Measure all
            </button>
            <span className="muted">
              {unable ?? `${cost}. What this numerics version has measured before is not measured again.`}
            </span>
          </>
        )}
      </div>
      {!running && error && (
        <p className="runner-problem" role="alert">
          {error.message} {error.advice} What was measured is kept.
        </p>
      )}
    </div>
  );
}

/** "3 of 8 measured, about 20 s left. Mini, clean, 256 px, a.png: influence". */
export function runningWords({ rows, secondsLeft, doing }: ReportProgress): string {
  if (!rows) return doing;
  const left = secondsLeft === null ? '' : `, ${duration(secondsLeft)} left`;
  return `${rows.done} of ${rows.total} measured${left}. ${doing}`;
}
