/** The codebook of a vector-quantised autoencoder: how long its entries are. Entries near zero are ones that nothing is near to. */
import { median } from './statistics';

export interface Codebook {
  /** Numbers in an entry. */
  length: number;
  /** Euclidean length of each entry. */
  norms: Float64Array<ArrayBuffer>;
}

export interface CodebookNorms extends Codebook {
  /** Number of entries. */
  entries: number;
  least: number;
  median: number;
  largest: number;
  /** Number of entries that have a norm below `NEAR_ZERO` of the median. */
  nearZero: number;
  /** Number of entries in each of as many bins of one width from 0 to the largest norm, which is in the last. */
  counts: Float64Array<ArrayBuffer>;
}

/** Share of the median norm below which a norm counts as near zero. */
export const NEAR_ZERO = 0.01;

const BINS = 48;

/** @param data `[entries, length]`, row-major */
export function codebookOf(data: ArrayLike<number>, length: number): Codebook {
  const norms = new Float64Array(data.length / length);
  for (let at = 0; at < data.length; at++) norms[Math.floor(at / length)] += data[at] ** 2;
  return { length, norms: norms.map(Math.sqrt) };
}

export function codebookNorms({ length, norms }: Codebook): CodebookNorms {
  const middle = median(norms);
  const [least, largest] = norms.reduce(
    ([low, high], norm) => [Math.min(low, norm), Math.max(high, norm)],
    [Number.POSITIVE_INFINITY, 0],
  );
  const counts = new Float64Array(BINS);
  for (const norm of norms) counts[Math.min(BINS - 1, Math.floor((norm / largest) * BINS) || 0)] += 1;
  return {
    length,
    norms,
    entries: norms.length,
    least,
    median: middle,
    largest,
    nearZero: norms.filter((norm) => norm < NEAR_ZERO * middle).length,
    counts,
  };
}
