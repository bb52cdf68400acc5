import type { Edit } from './kinds';

/** A recorded latent is kept in half precision, so edits carried by it differ a little from those carried by the live one. */
const HALF_PRECISION = 2e-3;

/** Tells whether two lists hold the same edits, as far as half precision tells them apart. */
export function sameEdits(a: readonly Edit[], b: readonly Edit[]): boolean {
  return (
    a === b ||
    (a.length === b.length &&
      a.every((edit, index) => {
        const other = b[index];
        if (!other || !('values' in edit) || !('values' in other)) {
          return JSON.stringify(edit) === JSON.stringify(other);
        }
        const largest = Math.max(...edit.values.map(Math.abs));
        const { values, ...rest } = edit;
        const { values: others, ...otherRest } = other;
        return (
          JSON.stringify(rest) === JSON.stringify(otherRest) &&
          values.length === others.length &&
          values.every((value, c) => Math.abs(value - (others[c] ?? Number.NaN)) <= HALF_PRECISION * largest)
        );
      }))
  );
}
