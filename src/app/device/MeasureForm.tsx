import { useEffect, useState } from 'react';
import { SIZES } from '@/session/types';
import { useActions, useInspector } from '../context';
import { costWords, leftWords } from '../experiments/cost';
import { measureWork } from './measureWork';

const RUNS = [3, 5, 10] as const;

/** The choice of what is measured, with what that costs, and how far it is. */
export function MeasureForm() {
  const actions = useActions();
  const { running, error } = useInspector((state) => state.measure);
  const models = useInspector((state) => state.models);
  const openModel = useInspector((state) => state.view.model);
  const openSize = useInspector((state) => state.view.size);
  const [model, setModel] = useState(openModel);
  const [sizes, setSizes] = useState<readonly number[]>(() => SIZES.filter((size) => size <= openSize));
  const [runs, setRuns] = useState<number>(RUNS[1]);
  const atHand = models.filter(({ id }) => actions.isAtHand(id));
  const chosen = running?.request ?? { model, sizes, runs };

  const toggle = (size: number, on: boolean) =>
    setSizes(SIZES.filter((each) => (each === size ? on : sizes.includes(each))));
  return (
    <form
      className="measure-form"
      onSubmit={(event) => {
        event.preventDefault();
        actions.measureDevice({ model, sizes, runs }).catch(() => {});
      }}
    >
      <fieldset className="measure-settings" disabled={running !== null} aria-label="What to measure">
        <label className="labelled">
          <span className="label">Measured model</span>
          <select className="select" value={chosen.model} onChange={(event) => setModel(event.target.value)}>
            {atHand.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <fieldset className="measure-sizes">
          <legend className="muted">Pictures</legend>
          {SIZES.map((size) => (
            <label key={size} className="radio">
              <input
                type="checkbox"
                checked={chosen.sizes.includes(size)}
                onChange={(event) => toggle(size, event.target.checked)}
              />
              {size} px
            </label>
          ))}
        </fieldset>
        <label className="labelled">
          <span className="label">Runs</span>
          <select
            className="select"
            value={chosen.runs}
            onChange={(event) => setRuns(Number(event.target.value))}
          >
            {RUNS.map((count) => (
              <option key={count} value={count}>
                {count}
              </option>
            ))}
          </select>
        </label>
      </fieldset>
      <div className="runner-row">
        {running ? (
          <>
            {/* With a key of its own: turned into the other button while it is clicked, it would submit the form. */}
            <button key="stop" type="button" className="button" onClick={actions.stopMeasuring}>
              Stop
            </button>
            <Progress {...running} />
          </>
        ) : (
          <>
            <button key="measure" type="submit" className="button strong" disabled={sizes.length === 0}>
              Measure
            </button>
            <span className="muted">
              {sizes.length === 0
                ? 'Choose at least one size.'
                : `It takes ${costWords(measureWork(sizes, runs, openSize), actions.timingsOf(model), openSize)}.`}
            </span>
          </>
        )}
      </div>
      {!running && error && (
        <p className="runner-problem" role="alert">
          {error.message} {error.advice}
        </p>
      )}
    </form>
  );
}

function Progress({ fraction, doing, startedAt }: { fraction: number; doing: string; startedAt: number }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  const left = leftWords(fraction, now - startedAt);
  return (
    <>
      <progress
        className="runner-progress"
        value={fraction}
        max={1}
        aria-label="Progress of the measurement"
      />
      <span className="numeric">
        {Math.round(100 * fraction)} %, {doing || 'waiting for the engine'}
        {left && `, ${left}`}
      </span>
    </>
  );
}
