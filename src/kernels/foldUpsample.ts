import * as tf from '@tensorflow/tfjs-core';
import { makeResident } from './resident';

/**
 * Sides of a corner between small pixels that a large one lies on, along one axis; `UpsampleWeights.filters` go through both,
 * rows first.
 */
export const CORNER_SIDES = ['before', 'after'] as const;

/** Along one axis: the pixels after each corner are numbers 0, 2, 4, ...; those before the next corner 1, 3, 5, ... */
export const CORNER_PAD = { after: [1, 0], before: [0, 1] } as const;

/** Taps, of three, that fall on the first and on the second small pixel of a corner. */
const FOLDED = { before: [[0, 1], [2]], after: [[0], [1, 2]] } as const;

/**
 * Folds a 3x3 convolution for `upsample`, before it is on the device, where the pieces in between would take room.
 *
 * Along one axis, taps 0, 1, 2 fall on the small pixels (i-1, i-1, i) for the large pixel just before corner i, and on
 * (i-1, i, i) for the one just after it: taps that fall on the same small pixel are added.
 *
 * @param filter `[3, 3, in, out]`
 * @returns the filters of `UpsampleWeights`, kept; the caller disposes them
 */
export function foldUpsample(filter: Float32Array, ins: number, outs: number): tf.Tensor4D[] {
  const plane = ins * outs;
  return CORNER_SIDES.flatMap((vertical) =>
    CORNER_SIDES.map((horizontal) => {
      const folded = new Float32Array(4 * plane);
      FOLDED[vertical].forEach((rows, row) => {
        FOLDED[horizontal].forEach((columns, column) => {
          const target = folded.subarray((2 * row + column) * plane, (2 * row + column + 1) * plane);
          for (const y of rows) for (const x of columns) add(target, filter, (3 * y + x) * plane);
        });
      });
      return makeResident(tf.keep(tf.tensor4d(folded, [2, 2, ins, outs])), folded);
    }),
  );
}

function add(target: Float32Array, values: Float32Array, from: number): void {
  for (let at = 0; at < target.length; at++) target[at] += values[from + at];
}
