import type { ReactNode } from 'react';
import { leaveGroup } from './leaveGroup';

export interface Choice<T extends string | number> {
  value: T;
  label: ReactNode;
  /** Longer words for people who hover or listen. */
  title?: string;
  disabled?: boolean;
}

/** A row of choices of which one holds: radio buttons that look like one control. */
export function Segmented<T extends string | number>(props: {
  label: string;
  name: string;
  value: T;
  choices: readonly Choice<T>[];
  onChange(value: T): void;
}) {
  return (
    <fieldset className="segmented" aria-label={props.label}>
      {props.choices.map((choice) => (
        <label key={choice.value} className="segment" title={choice.title}>
          <input
            ref={leaveGroup}
            type="radio"
            name={props.name}
            checked={choice.value === props.value}
            disabled={choice.disabled}
            onChange={() => props.onChange(choice.value)}
          />
          <span>{choice.label}</span>
        </label>
      ))}
    </fieldset>
  );
}
