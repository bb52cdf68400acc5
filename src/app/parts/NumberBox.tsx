import type { ComponentProps } from 'react';

/**
 * A field for a number, with its unit for those who hear it: browsers tell a screen reader the value in single precision
 * (-0.07000000029802322), where no words are given.
 */
export function NumberBox(
  props: Omit<ComponentProps<'input'>, 'type' | 'className' | 'value'> & {
    value: string | number;
    unit: string;
  },
) {
  const { unit, ...rest } = props;
  return <input type="number" className="number" aria-valuetext={spoken(props.value, unit)} {...rest} />;
}

/** "−0.07 raw", as the digits stand in the field; nothing while there is no number in it. */
export function spoken(value: string | number, unit: string): string | undefined {
  const text = String(value).trim();
  if (text === '' || !Number.isFinite(Number(text))) return undefined;
  return `${text.replace('-', '\u2212')} ${unit}`;
}
