import { type ReactNode, useId, useState } from 'react';

/** A word of the field with its explanation on demand. The explanation is laid out by whoever uses it. */
export function useTerm(label: ReactNode, explanation: string): { button: ReactNode; text: ReactNode } {
  const [open, setOpen] = useState(false);
  const id = useId();
  return {
    button: (
      <button
        type="button"
        className="term"
        title={explanation}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        {label}
      </button>
    ),
    text: open ? (
      <p id={id} className="term-text">
        {explanation}
      </p>
    ) : null,
  };
}
