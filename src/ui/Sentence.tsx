import { sentence } from '../inspect/effect';
import type { EffectView } from './useEffectView';

/** One sentence in plain words that follows from the numbers, or what to do to get one. */
export function sentenceOf(view: EffectView): string {
  if (view.cells === 0) return 'Nothing is changed. Change one cell and see how far it reaches.';
  if (!view.own || view.ownCells === 0) return 'This change is not decoded yet.';
  // A control of other edits must not stand beside these.
  const control = view.missing ? null : view.controlOld === view.ownOld ? view.control : null;
  return sentence(
    { ...view.own, radius: view.radius, control: control ?? (view.missing ? null : 'pending') },
    view.ownCells,
  );
}

export function Sentence(props: { view: EffectView; className?: string }) {
  const { view } = props;
  const old = view.cells > 0 && view.ownCells > 0 && view.ownOld;
  return (
    <p className={`sentence ${old ? 'old' : ''} ${props.className ?? ''}`}>
      {sentenceOf(view)}
      {old && <span className="small sentence-date"> Before the last edit.</span>}
    </p>
  );
}
