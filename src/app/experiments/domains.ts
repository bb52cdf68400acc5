/** The ends of axes and scales on which several results are to be compared by eye. */

/** The least and the largest number of an axis. */
export type Span = [number, number];

/**
 * Returns the span of some numbers and of those that are always to be seen. What is no finite number is left out; the span of none
 * is 0 to 1.
 */
export function spanOf(values: readonly number[], always: readonly number[] = []): Span {
  const all = [...values, ...always].filter(Number.isFinite);
  return all.length === 0 ? [0, 1] : [Math.min(...all), Math.max(...all)];
}

/** The largest of many numbers; of none, and below 0, it is 0. */
export function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    if (value > most) most = value;
  }
  return most;
}
