import { useActions } from './context';
import { EffectTable } from './EffectTable';
import { RingProfile } from './RingProfile';
import { Sentence } from './Sentence';
import { useEffectView } from './useEffectView';

/** What the edits did: the sentence, the table beside its control, the profile over distance. */
export function EffectPanel() {
  const view = useEffectView();
  const actions = useActions();
  return (
    <section className="column" aria-labelledby="effect-title">
      <div className="column-head">
        <h2 id="effect-title">What it did</h2>
        <label className="labelled small radius">
          <span className="label">near means within</span>
          <input
            type="number"
            className="number"
            min={1}
            max={32}
            value={view.radius}
            onChange={(event) => {
              const next = Math.round(Number(event.target.value));
              if (next >= 1 && next <= 32) actions.setRadius(next);
            }}
          />
          <span className="label">cells</span>
        </label>
      </div>
      <Sentence view={view} className="sentence-wide" />
      <EffectTable view={view} />
      {view.missing && <p className="muted small">{view.missing}</p>}
      <RingProfile view={view} />
    </section>
  );
}
