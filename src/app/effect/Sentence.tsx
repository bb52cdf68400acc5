import type { Said } from './useSentence';

/** The sentence, greyed and dated where it belongs to earlier edits. */
export function Sentence(props: { said: Said; className?: string }) {
  const { text, old } = props.said;
  return (
    <p className={`sentence ${old ? 'old' : ''} ${props.className ?? ''}`}>
      {text}
      {old && <span className="small sentence-date"> {old}</span>}
    </p>
  );
}
