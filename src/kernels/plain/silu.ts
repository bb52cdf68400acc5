import * as tf from '@tensorflow/tfjs-core';

/** SiLU, `x * sigmoid(x)`, for a tensor of any shape, without a gradient of its own: `groupNorm` fuses both. */
export function siluForward<T extends tf.Tensor>(x: T): T {
  const sigmoid = tf.sigmoid(x);
  const out = tf.mul(x, sigmoid);
  sigmoid.dispose();
  return out as T;
}

/**
 * Derivative of SiLU at `x`: `s + y - y s`, `s = sigmoid(x)`, `y = x s`. Written without constants, for graphics
 * backends are slow at operations between a map and a number.
 */
export function siluDerivative<T extends tf.Tensor>(x: T): T {
  return tf.tidy(() => {
    const sigmoid = tf.sigmoid(x);
    const value = tf.mul(x, sigmoid);
    return tf.sub(tf.add(sigmoid, value), tf.mul(value, sigmoid)) as T;
  });
}

/** SiLU, `x * sigmoid(x)` (Elfwing et al. 2017), with its gradient. */
export const silu = tf.customGrad((x, save) => {
  const input = x as tf.Tensor;
  (save as tf.GradSaveFunc)([input]);
  return {
    value: siluForward(input),
    gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(dy, siluDerivative(saved[0])),
  };
}) as <T extends tf.Tensor>(x: T) => T;
