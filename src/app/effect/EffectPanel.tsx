import { useActions, useInspector } from '../context';
import { NumberBox } from '../parts/NumberBox';
import { useComparing } from '../sides/side';
import { LETTERS, SIDES } from '../sides/sideNames';
import { ComparisonTable } from './ComparisonTable';
import { EffectTable } from './EffectTable';
import { RingProfile } from './RingProfile';
import { Sentence } from './Sentence';
import { UnitsChoice } from './UnitsChoice';
import { type EffectView, useEffectView } from './useEffectView';
import { useSentence } from './useSentence';

/**
 * The effect of the edits: the sentence, the table beside its control, the profile over distance; in both models of a comparison.
 */
export function EffectPanel() {
  const comparing = useComparing();
  const said = useSentence();
  const views = { a: useEffectView('a'), b: useEffectView('b') };
  return (
    <section className="column" aria-labelledby="effect-title">
      <div className="column-head">
        <h2 id="effect-title">What it did</h2>
        <Radius />
      </div>
      <Sentence said={said} className="sentence-wide" />
      {comparing ? (
        <>
          <UnitsChoice />
          <ComparisonTable views={views} />
          {SIDES.map(
            (side) =>
              views[side].missing && (
                <p key={side} className="muted small">
                  {LETTERS[side]}: {views[side].missing}
                </p>
              ),
          )}
          {SIDES.map((side) => (
            <NoFar key={side} view={views[side]} name={`${LETTERS[side]}: `} />
          ))}
        </>
      ) : (
        <>
          <EffectTable view={views.a} />
          {views.a.missing && <p className="muted small">{views.a.missing}</p>}
          <NoFar view={views.a} />
        </>
      )}
      <RingProfile views={comparing ? [views.a, views.b] : [views.a]} />
    </section>
  );
}

/** The reason why far measures are empty. */
function NoFar(props: { view: EffectView; name?: string }) {
  const { own, cells, radius } = props.view;
  if (cells === 0 || !own || !Number.isNaN(own.farRms)) return null;
  return (
    <p className="muted small">
      {props.name}No pixel lies more than {radius} cells from the edit, so there is nothing far away to
      measure. A smaller radius or a larger picture has far pixels.
    </p>
  );
}

/** The distance that separates near from far. */
function Radius() {
  const actions = useActions();
  const radius = useInspector((state) => state.view.radius);
  return (
    <label className="labelled small radius">
      <span className="label">near means within</span>
      <NumberBox
        unit="cells"
        min={1}
        max={32}
        value={radius}
        onChange={(event) => {
          const next = Math.round(Number(event.target.value));
          if (next >= 1 && next <= 32) actions.setRadius(next);
        }}
      />
      <span className="label">cells</span>
    </label>
  );
}
