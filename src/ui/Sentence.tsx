import { sentence } from '../inspect/effect';
import type { EffectView } from './useEffectView';

/** One sentence in plain words that follows from the numbers, or what to do to get one. */
export function sentenceOf(view: EffectView): string {
  if (view.cells === 0) return 'Nothing is changed. Change one cell and see how far it reaches.';
  if (!view.own) return 'The change is being decoded.';
  if (!view.control && !view.missing) return 'The same change at an ordinary cell is being decoded.';
  return sentence({ ...view.own, radius: view.radius, control: view.control }, view.cells);
}

export function Sentence(props: { view: EffectView; className?: string }) {
  const { view } = props;
  const old = view.cells > 0 && (view.ownOld || view.controlOld);
  return (
    <p className={`sentence ${old ? 'old' : ''} ${props.className ?? ''}`}>
      {sentenceOf(view)}
      {old && <span className="small sentence-date"> Before the last edit.</span>}
    </p>
  );
}
