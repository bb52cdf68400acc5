/** Convolutions on WebAssembly: which of them, and which way. */

import type * as tf from '@tensorflow/tfjs-core';
import { direct, suitsDirect } from './direct';
import type { Convolution } from './job';
import type { ThreadPool } from './threadPool';
import { suitsWinograd, winograd } from './winograd';

/**
 * Tells whether there is a program for convolutions of a filter `[height, width, in, out]`, and at a stride of 1 for their
 * gradient.
 */
export function suitsConvolution(shape: readonly number[]): boolean {
  return suitsWinograd(shape) || suitsDirect(shape);
}

/** Tells whether there is one for it together with a norm before it. */
export function suitsNormConvolution(shape: readonly number[]): boolean {
  const [side, , ins] = shape;
  return side === 3 && ins % 4 === 0 && suitsConvolution(shape);
}

/** Tells whether there is one for a convolution of a doubled map. @param filters folded, `[2, 2, in, out]` each */
export function suitsDoubling([{ shape }]: readonly tf.TensorInfo[]): boolean {
  const [, , ins, outs] = shape;
  return suitsWinograd([3, 3, ins, outs]);
}

/**
 * A convolution that suits; of four filters one of the map doubled.
 * @returns `[1, H, W, out]`, at stride 2 `[1, H / 2, W / 2, out]`; of four filters `[1, 2H, 2W, out]`, as a gradient
 *   `[1, H / 2, W / 2, out]`
 */
export function convolve(pool: ThreadPool, convolution: Convolution): tf.Tensor4D {
  const { x, side, outs, stride = 1 } = convolution;
  const way = stride === 1 && suitsWinograd([side, side, x.shape[3], outs]) ? winograd : direct;
  return way(pool, convolution);
}
