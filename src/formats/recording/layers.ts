/**
 * Changes at several strengths as a few images and weights. A sweep of strengths is nearly a line in the space of pictures,
 * so two or three images make up all of its frames. Each image is the strongest direction of what those before it left over
 * (power iteration on the changes' inner products), coded with loss at once: the next one also mends what the coding lost.
 */
import type { Deviation } from './recording';

/** An image after coding and decoding. */
export interface CodedImage {
  /** Values that it stands for, levels, in the order of the changes. */
  values: Float32Array;
}

/** Limits within which the frames are near enough to what was computed. */
export interface Tolerance {
  /** Levels, or a share of the largest frame's RMS, whichever is more. */
  rms: { levels: number; share: number };
  /** The same of the largest deviation, against the largest change. */
  largest: { levels: number; share: number };
}

export interface FittedImages<T extends CodedImage> {
  images: { coded: T; weights: number[] }[];
  /** Deviation of each change as it is put together again. */
  deviations: Deviation[];
}

export interface FitOptions<T extends CodedImage> {
  code(image: Float32Array): Promise<T>;
  most: number;
  tolerance: Tolerance;
  /** Called between steps that take the processor for a while. */
  pause(): Promise<void>;
}

/**
 * @param changes levels, all of one length. They are used up: what is left in them is what the images do not hold
 */
export async function fitImages<T extends CodedImage>(
  changes: readonly Float32Array[],
  { code, most, tolerance, pause }: FitOptions<T>,
): Promise<FittedImages<T>> {
  const before = changes.map(deviationOf);
  const enough = {
    rms: Math.max(tolerance.rms.levels, tolerance.rms.share * maximum(before, 'rms')),
    largest: Math.max(tolerance.largest.levels, tolerance.largest.share * maximum(before, 'largest')),
  };
  const images: FittedImages<T>['images'] = [];
  let deviations = before;
  const tooFar = () =>
    maximum(deviations, 'rms') > enough.rms || maximum(deviations, 'largest') > enough.largest;
  // Even the smallest change has an image: amplified, it must not look like none.
  while (images.length < most && (tooFar() || (images.length === 0 && maximum(before, 'largest') > 0))) {
    const coded = await code(await strongestDirection(changes, pause));
    const length = inner(coded.values, coded.values);
    // All of it was lost in the coding: another image would be the same again.
    if (length === 0) break;
    const weights: number[] = [];
    for (const change of changes) {
      const weight = inner(change, coded.values) / length;
      for (let at = 0; at < change.length; at++) change[at] -= weight * coded.values[at];
      weights.push(weight);
      await pause();
    }
    images.push({ coded, weights });
    deviations = changes.map(deviationOf);
  }
  return { images, deviations };
}

/** The weighted sum of the changes that has the most of them in it, its weights of length 1. */
async function strongestDirection(
  changes: readonly Float32Array[],
  pause: () => Promise<void>,
): Promise<Float32Array> {
  const products: number[][] = changes.map(() => []);
  for (let row = 0; row < changes.length; row++) {
    for (let col = 0; col <= row; col++) {
      products[row][col] = products[col][row] = inner(changes[row], changes[col]);
    }
    await pause();
  }
  const weights = strongestVector(products);
  const sum = new Float32Array(changes[0].length);
  for (let index = 0; index < changes.length; index++) {
    const change = changes[index];
    for (let at = 0; at < sum.length; at++) sum[at] += weights[index] * change[at];
    await pause();
  }
  return sum;
}

/** The eigenvector of a symmetric, positive matrix with the largest eigenvalue, by power iteration. */
function strongestVector(matrix: readonly (readonly number[])[]): number[] {
  // The row of the largest change is never at right angles to it.
  const start = matrix.reduce((best, row, index) => (row[index] > matrix[best][best] ? index : best), 0);
  let vector = unit(matrix[start]);
  for (let step = 0; step < 100; step++) {
    vector = unit(matrix.map((row) => row.reduce((sum, value, index) => sum + value * vector[index], 0)));
  }
  return vector;
}

function unit(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector);
  return vector.map((value) => (length > 0 ? value / length : 0));
}

function inner(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at] * b[at];
  return sum;
}

/** `values` less `others`, of the same length. */
export function differences(values: ArrayLike<number>, others: ArrayLike<number>): Float32Array<ArrayBuffer> {
  return Float32Array.from(values, (value, at) => value - others[at]);
}

/** RMS and largest absolute value. */
export function deviationOf(values: ArrayLike<number>): Deviation {
  let squares = 0;
  let largest = 0;
  for (let at = 0; at < values.length; at++) {
    squares += values[at] * values[at];
    largest = Math.max(largest, Math.abs(values[at]));
  }
  return { rms: values.length > 0 ? Math.sqrt(squares / values.length) : 0, largest };
}

function maximum(deviations: readonly Deviation[], of: keyof Deviation): number {
  return deviations.reduce((most, deviation) => Math.max(most, deviation[of]), 0);
}
