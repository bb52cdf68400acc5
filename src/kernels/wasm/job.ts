import type * as tf from '@tensorflow/tfjs-core';
import type { Convolution } from './convolution';
import type { Team } from './team';

/** What jobs of a convolution have in common, whichever way it goes. @param coefficients where its scales and shifts are to lie */
export function convolutionJob(
  team: Team,
  { x, filters, outs, bias, affine, silu, add, transposed }: Convolution,
  out: tf.TensorInfo,
  coefficients: number,
) {
  const [, height, width, ins] = x.shape;
  if (affine) team.floats(coefficients, 2 * ins).set(affine);
  return {
    X: team.address(x),
    AFFINE: affine ? coefficients : 0,
    SILU: Number(silu ?? false),
    ADD: add ? team.address(add) : 0,
    BIAS: bias ? team.address(bias) : 0,
    OUT: team.address(out),
    HEIGHT: height,
    WIDTH: width,
    INS: ins,
    OUTS: outs,
    FILTER: team.address(filters[0]),
    HALVES: Number(filters[0].dtype === 'int32'),
    TRANSPOSED: Number(transposed ?? false),
  };
}
