/** Prediction of a change from a derivative, before it is decoded. */

import type { Grid } from '@/latent/geometry';
import type { Cell } from '@/latent/types';
import { LEVELS_PER_UNIT } from './change';

/**
 * Shift of the picture's mean colour by a change of one cell, to first order: levels, red, green, blue.
 *
 * @param gradient of the decoded picture's mean red, green and blue, `[3, rows, cols, channels]`
 * @param delta the change of each channel, raw units
 */
export function predictedShift(
  { rows, cols, gradient }: Grid & { gradient: ArrayLike<number> },
  cell: Cell,
  delta: ArrayLike<number>,
): [number, number, number] {
  const channels = delta.length;
  const at = (cell.row * cols + cell.col) * channels;
  const plane = rows * cols * channels;
  const shift = [0, 1, 2].map((colour) => {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++)
      sum += gradient[colour * plane + at + channel] * delta[channel];
    return LEVELS_PER_UNIT * sum;
  });
  return shift as [number, number, number];
}
