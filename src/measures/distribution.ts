/** Distribution of numbers: moments, a histogram beside the standard normal's, correlations. */

export interface Moments {
  mean: number;
  /** Standard deviation of the whole population. */
  sigma: number;
  /** Third standardised moment, 0 for a normal population; NaN where nothing varies. */
  skewness: number;
  /** Fourth standardised moment less 3, 0 for a normal population; NaN where nothing varies. */
  excessKurtosis: number;
}

/** The first four moments, each divided by the number of values. */
export function moments(values: ArrayLike<number>): Moments {
  const count = values.length;
  const [mean] = columnMeans(values, 1);
  let [second, third, fourth] = [0, 0, 0];
  for (let at = 0; at < count; at++) {
    const deviation = values[at] - mean;
    second += deviation ** 2 / count;
    third += deviation ** 3 / count;
    fourth += deviation ** 4 / count;
  }
  return {
    mean,
    sigma: Math.sqrt(second),
    skewness: third / second ** 1.5,
    excessKurtosis: fourth / second ** 2 - 3,
  };
}

export interface Histogram {
  /** The bins are of one width and cover [-reach, reach]. */
  reach: number;
  /** `[bins]`; a value on an edge counts to the bin above it, `reach` itself to the last. */
  counts: Float64Array;
  /** Numbers of values below -reach and above reach. */
  below: number;
  above: number;
  /** Number of values, of as many, that a standard normal population would have in each bin, `[bins]`. */
  normal: Float64Array;
  /** The same beyond the bins, at each end. */
  normalBeyond: number;
}

/** Counts values in `bins` bins over [-reach, reach], beside what N(0, 1) would give. */
export function histogram(values: ArrayLike<number>, bins: number, reach: number): Histogram {
  const counts = new Float64Array(bins);
  let [below, above] = [0, 0];
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (value < -reach) below += 1;
    else if (value > reach) above += 1;
    else counts[Math.min(bins - 1, Math.floor(((value + reach) / (2 * reach)) * bins))] += 1;
  }
  const width = (2 * reach) / bins;
  const normal = counts.map((_, bin) => values.length * normalShare(bin * width - reach, width));
  const within = normal.reduce((sum, expected) => sum + expected, 0);
  return { reach, counts, below, above, normal, normalBeyond: (values.length - within) / 2 };
}

/** Intervals of Simpson's rule in a bin: with bins of half a sigma the error is below 1e-9. */
const INTERVALS = 16;

/** The share of a standard normal population in [from, from + width], by Simpson's rule. */
function normalShare(from: number, width: number): number {
  const step = width / INTERVALS;
  let sum = 0;
  for (let at = 0; at <= INTERVALS; at++) {
    const weight = at === 0 || at === INTERVALS ? 1 : at % 2 === 1 ? 4 : 2;
    sum += weight * Math.exp(-((from + at * step) ** 2) / 2);
  }
  return (sum * step) / (3 * Math.sqrt(2 * Math.PI));
}

/**
 * Pearson's correlation of every pair of columns, `[columns, columns]`; NaN for a column that does not vary.
 * @param values row-major `[rows, columns]`
 */
export function correlations(values: ArrayLike<number>, columns: number): Float64Array {
  const covariance = covariances(values, columns);
  return covariance.map((value, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    if (row === column && value > 0) return 1;
    return value / Math.sqrt(covariance[row * columns + row] * covariance[column * columns + column]);
  });
}

/**
 * Covariance of every pair of columns, of the whole population, `[columns, columns]`.
 * @param values row-major `[rows, columns]`
 */
export function covariances(values: ArrayLike<number>, columns: number): Float64Array {
  const rows = values.length / columns;
  const means = columnMeans(values, columns);
  const result = new Float64Array(columns * columns);
  for (let row = 0; row < rows; row++) {
    for (let a = 0; a < columns; a++) {
      const deviation = values[row * columns + a] - means[a];
      for (let b = 0; b < columns; b++)
        result[a * columns + b] += (deviation * (values[row * columns + b] - means[b])) / rows;
    }
  }
  return result;
}

/**
 * Mean of every column, `[columns]`; counted from the first row, so that a column all alike has exactly its value.
 * @param values row-major `[rows, columns]`
 */
export function columnMeans(values: ArrayLike<number>, columns: number): Float64Array {
  const sums = new Float64Array(columns);
  for (let at = 0; at < values.length; at++) sums[at % columns] += values[at] - values[at % columns];
  return sums.map((sum, column) => values[column] + (sum * columns) / values.length);
}
