const MINUS = '\u2212';

/** A number with about three significant digits and a real minus sign; `fixed` forces the decimals. */
export function numberText(value: number, fixed?: number): string {
  if (Number.isNaN(value)) return '\u2013';
  if (!Number.isFinite(value)) return value > 0 ? '\u221e' : `${MINUS}\u221e`;
  const size = Math.abs(value);
  const decimals = fixed ?? (size >= 100 ? 0 : size >= 10 ? 1 : 2);
  const text = size.toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? `${MINUS}${text}` : text;
}
