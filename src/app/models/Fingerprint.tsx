import { useState } from 'react';

/** Longer ones are shortened to their ends. */
const WHOLE = 16;
const ENDS = 8;

/** "4fbcf0eb...2aa16dd7c": enough to tell two apart. */
export function shortened(value: string): string {
  return value.length <= WHOLE ? value : `${value.slice(0, ENDS)}\u2026${value.slice(-ENDS)}`;
}

/** A hash or a revision, shortened, with a button that copies all of it; where that is not allowed it is shown whole. */
export function Fingerprint(props: { of: string; value: string }) {
  const { value } = props;
  const [state, setState] = useState<'short' | 'copied' | 'whole'>('short');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setState('copied');
    } catch {
      setState('whole');
    }
  };
  return (
    <span className="fingerprint">
      <code title={value}>{state === 'whole' ? value : shortened(value)}</code>
      {value.length > WHOLE && (
        <button type="button" className="button quiet small" onClick={copy}>
          {state === 'copied' ? 'Copied' : 'Copy'}
          <span className="visually-hidden"> the whole {props.of}</span>
        </button>
      )}
    </span>
  );
}
