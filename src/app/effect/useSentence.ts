import { useRef } from 'react';
import { useInspector } from '../context';
import { useUpdating } from '../drawing/useUpdating';
import { shortNames, useComparing, useModelName, useSide } from '../sides/side';
import { comparisonOf, isComplete, sentenceOf } from './sentences';
import { useEffectView } from './useEffectView';

/** The sentence on the edits. */
export interface Said {
  text: string;
  /** A sentence on what it speaks of, where that is no longer what is open and edited; null where it is. */
  old: string | null;
  /** True where nothing is missing in it. */
  complete: boolean;
}

/** The sentence of the one model, or the one that compares two. */
export function useSentence(): Said {
  const comparing = useComparing();
  const a = useEffectView('a');
  const b = useEffectView('b');
  const [nameA, nameB] = shortNames([useModelName('a'), useModelName('b')]);
  const names = { a: nameA, b: nameB };
  const leftOut = useInspector((state) => state.sides.b?.leftOut ?? null);
  /** The last sentence that compared all numbers, and of which models. */
  const last = useRef<{ models: string; text: string } | null>(null);
  const absent = useSide(
    ({ posterior, model }) =>
      posterior ? null : model.status === 'failed' ? 'could not be opened' : 'is still loading',
    'b',
  );
  const replaced = a.replaced ?? (comparing ? b.replaced : null) ?? null;
  const updating = useUpdating();
  const again = a.again && (!comparing || b.again || !b.own);
  const dated = replaced ?? datedWords(again ? 'again' : a.own ? 'edit' : 'picture', updating);
  if (!comparing) {
    const isOld = a.cells > 0 && a.ownCells > 0 && a.ownOld;
    const old = isOld ? dated : a.cells > 0 && a.controlAgain ? datedWords('again', updating) : null;
    return { text: sentenceOf(a), old, complete: isComplete(a) };
  }
  const models = `${names.a}\n${names.b}`;
  const text = comparisonOf({ a, b }, names, leftOut, absent);
  const complete = !absent && isComplete(a) && (isComplete(b) || b.cells === 0);
  if (complete) last.current = { models, text };
  else if (a.cells === 0) last.current = null;
  const waiting = a.cells > 0 && (a.ownOld || !a.own) && (b.ownOld || !b.own);
  // The numbers on screen are those of the models before, so the names must be, too.
  const before = last.current && (replaced || (waiting && last.current.models === models));
  return before ? { text: last.current!.text, old: dated, complete: false } : { text, old: null, complete };
}

/** Words on what numbers belong to that are not of what is open and edited now. */
function datedWords(of: 'again' | 'edit' | 'picture', updating: boolean): string {
  if (of === 'again')
    return updating ? 'These numbers are being computed anew.' : 'These numbers were recorded.';
  return `Numbers of the previous ${of}${updating ? '; updating' : ''}.`;
}
