import type * as tf from '@tensorflow/tfjs-core';
import type { Convolution } from './convolution';
import type { ThreadPool } from './threadPool';

/** What jobs of a convolution have in common, whichever way it goes. @param coefficients where its scales and shifts are to lie */
export function convolutionJob(
  pool: ThreadPool,
  { x, filters, outs, bias, affine, silu, add, transposed }: Convolution,
  out: tf.TensorInfo,
  coefficients: number,
) {
  const [, height, width, ins] = x.shape;
  if (affine) pool.floats(coefficients, 2 * ins).set(affine);
  return {
    X: pool.address(x),
    AFFINE: affine ? coefficients : 0,
    SILU: Number(silu ?? false),
    ADD: add ? pool.address(add) : 0,
    BIAS: bias ? pool.address(bias) : 0,
    OUT: pool.address(out),
    HEIGHT: height,
    WIDTH: width,
    INS: ins,
    OUTS: outs,
    FILTER: pool.address(filters[0]),
    HALVES: Number(filters[0].dtype === 'int32'),
    TRANSPOSED: Number(transposed ?? false),
  };
}
