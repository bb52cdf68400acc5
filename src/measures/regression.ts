/** The best linear map from some numbers to others, by least squares. */
import { columnMeans, covariances } from './distribution';

export interface LinearMap {
  /** `[targets, predictors]`. A predictor that the ones before it already determine gets 0. */
  coefficients: Float64Array;
  /** `[targets]`. */
  constant: Float64Array;
  /** The share of each target's variance that the map explains, `[targets]`; null where the target does not vary. */
  rSquared: (number | null)[];
  /** Results of the map for the predictors, row-major `[rows, targets]`. */
  fitted: Float64Array;
}

/** A predictor of which less than this share of variance is its own adds nothing but rounding errors. */
const OWN_VARIANCE = 1e-10;

/**
 * Least squares with a constant, through the normal equations of the centred columns and Cholesky's factorisation, in
 * double precision: there are few predictors, and none of them far from the others' size.
 *
 * @param predictors row-major `[rows, columns]`
 * @param targets row-major `[rows, targetColumns]`
 */
export function linearMap(
  predictors: ArrayLike<number>,
  columns: number,
  targets: ArrayLike<number>,
  targetColumns: number,
): LinearMap {
  const rows = predictors.length / columns;
  const width = columns + targetColumns;
  const joined = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    for (let at = 0; at < columns; at++) joined[row * width + at] = predictors[row * columns + at];
    for (let at = 0; at < targetColumns; at++)
      joined[row * width + columns + at] = targets[row * targetColumns + at];
  }
  const covariance = covariances(joined, width);
  const means = columnMeans(joined, width);
  const factor = cholesky(covariance, width, columns);

  const coefficients = new Float64Array(targetColumns * columns);
  const constant = new Float64Array(targetColumns);
  const rSquared: (number | null)[] = [];
  for (let target = 0; target < targetColumns; target++) {
    const along = Float64Array.from(
      { length: columns },
      (_, at) => covariance[at * width + columns + target],
    );
    const own = solve(factor, along);
    coefficients.set(own, target * columns);
    constant[target] = means[columns + target] - own.reduce((sum, value, at) => sum + value * means[at], 0);
    const variance = covariance[(columns + target) * (width + 1)];
    const explained = own.reduce((sum, value, at) => sum + value * along[at], 0);
    rSquared.push(variance > 0 ? explained / variance : null);
  }
  const fitted = new Float64Array(rows * targetColumns);
  for (let row = 0; row < rows; row++) {
    for (let target = 0; target < targetColumns; target++) {
      let sum = constant[target];
      for (let at = 0; at < columns; at++)
        sum += coefficients[target * columns + at] * predictors[row * columns + at];
      fitted[row * targetColumns + target] = sum;
    }
  }
  return { coefficients, constant, rSquared, fitted };
}

/**
 * The lower triangle L with L L^T the first `size` rows and columns of `matrix`, `[size, size]`; a row of zeros stands for a
 * predictor that has no variance of its own.
 */
function cholesky(matrix: Float64Array, stride: number, size: number): Float64Array {
  const lower = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let rest = matrix[row * stride + column];
      for (let k = 0; k < column; k++) rest -= lower[row * size + k] * lower[column * size + k];
      if (column < row) {
        const pivot = lower[column * size + column];
        lower[row * size + column] = pivot > 0 ? rest / pivot : 0;
      } else if (rest > OWN_VARIANCE * matrix[row * stride + row]) {
        lower[row * size + row] = Math.sqrt(rest);
      } else {
        lower.fill(0, row * size, (row + 1) * size);
      }
    }
  }
  return lower;
}

function solve(lower: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  const solution = new Float64Array(size);
  for (let row = 0; row < size; row++) {
    let rest = right[row];
    for (let k = 0; k < row; k++) rest -= lower[row * size + k] * solution[k];
    const pivot = lower[row * size + row];
    solution[row] = pivot > 0 ? rest / pivot : 0;
  }
  for (let row = size - 1; row >= 0; row--) {
    let rest = solution[row];
    for (let k = row + 1; k < size; k++) rest -= lower[k * size + row] * solution[k];
    const pivot = lower[row * size + row];
    solution[row] = pivot > 0 ? rest / pivot : 0;
  }
  return solution;
}
