import { expect } from 'vitest';

/** Largest absolute difference over the largest absolute expected value; NaN anywhere counts as Infinity. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) throw new Error(`${actual.length} values, not ${expected.length}`);
  let largest = 0;
  let error = 0;
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i]));
    const difference = Math.abs(actual[i] - expected[i]);
    error = Number.isFinite(difference) ? Math.max(error, difference) : Number.POSITIVE_INFINITY;
    if (error === Number.POSITIVE_INFINITY) return error;
  }
  if (largest === 0) throw new Error('The expected values are all zero: such a comparison says nothing.');
  return error / largest;
}

/** Fails with the error found where it exceeds the tolerance. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what = 'error',
) {
  expect(relativeError(actual, expected), what).toBeLessThanOrEqual(tolerance);
}
