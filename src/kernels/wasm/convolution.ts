/** Convolutions on WebAssembly: which of them, and which way. */

import type * as tf from '@tensorflow/tfjs-core';
import { direct, suitsDirect } from './direct';
import type { Convolution } from './job';
import { currentThreadPool } from './threadPool';
import { suitsWinograd, winograd } from './winograd';

/** Whether a convolution that has this filter `[height, width, in, out]` is computed here, and at a stride of 1 its gradient. */
export function suitsThreadPool(shape: readonly number[]): boolean {
  return currentThreadPool() !== null && (suitsWinograd(shape) || suitsDirect(shape));
}

/** Whether it is computed here together with a norm before it. */
export function suitsNormed(shape: readonly number[]): boolean {
  const [side, , ins] = shape;
  return side === 3 && ins % 4 === 0 && suitsThreadPool(shape);
}

/** Whether a convolution of a doubled map is computed here. @param shape the filter's before it was folded */
export function suitsDoubling(shape: readonly number[]): boolean {
  return currentThreadPool() !== null && suitsWinograd(shape);
}

/**
 * A convolution that suits; of four filters one of the map doubled.
 * @returns `[1, H, W, out]`, at stride 2 `[1, H / 2, W / 2, out]`; of four filters `[1, 2H, 2W, out]`, as a gradient
 *   `[1, H / 2, W / 2, out]`
 */
export function convolve(convolution: Convolution): tf.Tensor4D {
  const { x, side, outs, stride = 1 } = convolution;
  const way = stride === 1 && suitsWinograd([side, side, x.shape[3], outs]) ? winograd : direct;
  return way(convolution);
}
