import { useRef } from 'react';
import { useInspector } from './context';
import { comparisonOf, isComplete, sentenceOf } from './sentences';
import { shortName, useComparing, useModelName } from './side';
import { useEffectView } from './useEffectView';

/** What the page says of the edits in one sentence. */
export interface Said {
  text: string;
  /** It belongs to edits before the current ones. */
  old: boolean;
  /** Nothing is missing in it. */
  complete: boolean;
}

/** The sentence of the one model, or the one that compares two. */
export function useSentence(): Said {
  const comparing = useComparing();
  const a = useEffectView('a');
  const b = useEffectView('b');
  const names = { a: shortName(useModelName('a')), b: shortName(useModelName('b')) };
  const leftOut = useInspector((state) => state.compare?.leftOut ?? null);
  /** The last sentence that compared all numbers, and of which models. */
  const last = useRef<{ models: string; text: string } | null>(null);
  if (!comparing) {
    const old = a.cells > 0 && a.ownCells > 0 && a.ownOld;
    return { text: sentenceOf(a), old, complete: isComplete(a) };
  }
  const models = `${names.a}\n${names.b}`;
  const text = comparisonOf({ a, b }, names, leftOut);
  const complete = isComplete(a) && (isComplete(b) || b.cells === 0);
  if (complete) last.current = { models, text };
  else if (a.cells === 0) last.current = null;
  const waiting = a.cells > 0 && (a.ownOld || !a.own) && (b.ownOld || !b.own);
  if (waiting && last.current?.models === models) {
    return { text: last.current.text, old: true, complete: false };
  }
  return { text, old: false, complete };
}
