import * as tf from '@tensorflow/tfjs-core';

/** SiLU, `x * sigmoid(x)`, for a tensor of any shape, without a gradient of its own: `groupNorm` fuses both. */
export function siluForward<T extends tf.Tensor>(x: T): T {
  const gate = tf.sigmoid(x);
  const out = tf.mul(x, gate);
  gate.dispose();
  return out as T;
}

/** Derivative of SiLU at `x`: `s (1 + x (1 - s))`, `s = sigmoid(x)`. */
export function siluDerivative<T extends tf.Tensor>(x: T): T {
  return tf.tidy(() => {
    const gate = tf.sigmoid(x);
    return tf.mul(gate, tf.add(1, tf.mul(x, tf.sub(1, gate)))) as T;
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
