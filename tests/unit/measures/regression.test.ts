import { expect, test } from 'vitest';
import { linearMap } from '@/measures/regression';
import { generator, type Random } from './cases';

const randoms = (random: Random, length: number) => Float64Array.from({ length }, () => random() * 6 - 3);

/** Gaussian elimination with pivoting on the normal equations of the predictors and a column of ones. */
function slowMap(predictors: Float64Array, columns: number, target: readonly number[]): number[] {
  const rows = target.length;
  const design = Array.from({ length: rows }, (_, row) => [
    ...predictors.subarray(row * columns, (row + 1) * columns),
    1,
  ]);
  const size = columns + 1;
  const system = Array.from({ length: size }, (_, i) => [
    ...Array.from({ length: size }, (_, j) => design.reduce((sum, row) => sum + row[i] * row[j], 0)),
    design.reduce((sum, row, at) => sum + row[i] * target[at], 0),
  ]);
  for (let pivot = 0; pivot < size; pivot++) {
    const best = [...system.keys()]
      .slice(pivot)
      .reduce((a, b) => (Math.abs(system[b][pivot]) > Math.abs(system[a][pivot]) ? b : a));
    [system[pivot], system[best]] = [system[best], system[pivot]];
    for (let row = 0; row < size; row++) {
      if (row === pivot) continue;
      const share = system[row][pivot] / system[pivot][pivot];
      for (let at = pivot; at <= size; at++) system[row][at] -= share * system[pivot][at];
    }
  }
  return system.map((row, at) => row[size] / row[at]);
}

test.each([1, 4, 16])('least squares of %i columns agrees with plain elimination', (columns) => {
  const random = generator(columns);
  const rows = 60;
  const predictors = randoms(random, rows * columns);
  const targets = randoms(random, rows * 2);
  const { coefficients, constant, rSquared, fitted } = linearMap(predictors, columns, targets, 2);
  for (let target = 0; target < 2; target++) {
    const own = Array.from({ length: rows }, (_, row) => targets[2 * row + target]);
    const expected = slowMap(predictors, columns, own);
    for (let at = 0; at < columns; at++)
      expect(coefficients[target * columns + at]).toBeCloseTo(expected[at], 8);
    expect(constant[target]).toBeCloseTo(expected[columns], 8);
    const mean = own.reduce((a, b) => a + b) / rows;
    const residual = own.reduce((sum, value, row) => sum + (value - fitted[2 * row + target]) ** 2, 0);
    const whole = own.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    expect(rSquared[target]).toBeCloseTo(1 - residual / whole, 10);
  }
});

test('an exact linear relation is found, with R^2 = 1; a constant target has none', () => {
  const predictors = randoms(generator(9), 30 * 2);
  const targets = Array.from({ length: 30 }, (_, row) => [
    4 - 2 * predictors[2 * row] + 0.5 * predictors[2 * row + 1],
    8,
  ]).flat();
  const { coefficients, constant, rSquared } = linearMap(predictors, 2, targets, 2);
  for (const [at, value] of [-2, 0.5, 0, 0].entries()) expect(coefficients[at]).toBeCloseTo(value, 10);
  expect(constant[0]).toBeCloseTo(4, 10);
  expect(constant[1]).toBeCloseTo(8, 10);
  expect(rSquared[0]).toBeCloseTo(1, 10);
  expect(rSquared[1]).toBeNull();
});

test('predictors that repeat others, or never vary, leave the best fit as it is', () => {
  const random = generator(4);
  const [a, b, target] = [randoms(random, 25), randoms(random, 25), randoms(random, 25)];
  const own = linearMap(Float64Array.from([...a].flatMap((x, at) => [x, b[at]])), 2, target, 1);
  const more = linearMap(
    Float64Array.from([...a].flatMap((x, at) => [3, x, 2 * x - 1, b[at], b[at] + x])),
    5,
    target,
    1,
  );
  expect(more.rSquared[0]).toBeCloseTo(own.rSquared[0] as number, 10);
  for (const [at, value] of more.fitted.entries()) expect(value).toBeCloseTo(own.fitted[at], 8);
  expect(more.coefficients[0]).toBe(0);
});
