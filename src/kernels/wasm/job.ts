import type * as tf from '@tensorflow/tfjs-core';
import type { ThreadPool } from './threadPool';

/**
 * The fields that all jobs of a convolution have in common, whichever way it goes.
 * @param coefficients where its scales and shifts are to lie
 */
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

export interface Convolution {
  /** `[1, H, W, in]` */
  x: tf.TensorInfo;
  /** `[side, side, in, out]`, float32, or float16 in words (int32); for a doubled map `UpsampleWeights.filters`. */
  filters: readonly tf.TensorInfo[];
  /** The filter's, 1 or 3. */
  side: number;
  outs: number;
  /** 1 by default, with zeros around; 2 with zeros below and right. */
  stride?: 1 | 2 | undefined;
  bias?: tf.TensorInfo | undefined;
  /** `[2, in]`, scale and shift of each channel before the convolution. */
  affine?: Float32Array | undefined;
  silu?: boolean | undefined;
  /** Map of the output's size to add. */
  add?: tf.TensorInfo | undefined;
  /** The gradient instead, of a convolution with this filter: `x` is that at its result, `outs` the channels of what it was given. */
  transposed?: boolean | undefined;
}
