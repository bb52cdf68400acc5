import type { Work } from '../experiments/cost';

/**
 * About what a measurement costs, in passes at the open size: each size once more than is counted, and the decoder's layers, of
 * which each different one is run by itself, as often, at the largest size.
 */
export function measureWork(sizes: readonly number[], runs: number, openSize: number): Work {
  const passes = (size: number) => (runs + 1) * (size / openSize) ** 2;
  const encodes = sizes.reduce((sum, size) => sum + passes(size), 0);
  return { encodes, decodes: encodes + 0.5 * passes(Math.max(...sizes)) };
}
