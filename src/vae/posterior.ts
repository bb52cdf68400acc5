import * as tf from '@tensorflow/tfjs-core';
import { LOGVAR_RANGE } from '@/latent/logvar';

/** A diagonal Gaussian over latents; each tensor is `[1, h, w, C]`. */
export interface Posterior {
  mean: tf.Tensor4D;
  /** `rawLogvar` clamped to [-30, 20]. */
  logvar: tf.Tensor4D;
  /** The log-variance as the network predicted it. */
  rawLogvar: tf.Tensor4D;
}

/** Splits the encoder's moments `[1, h, w, 2 C]`: means first, then log-variances. */
export function posteriorFrom(moments: tf.Tensor4D): Posterior {
  const [, rows, cols, doubled] = moments.shape;
  const channels = doubled / 2;
  return tf.tidy(() => {
    const mean = tf.slice(moments, [0, 0, 0, 0], [1, rows, cols, channels]);
    const rawLogvar = tf.slice(moments, [0, 0, 0, channels], [1, rows, cols, channels]);
    return { mean, rawLogvar, logvar: tf.clipByValue(rawLogvar, ...LOGVAR_RANGE) };
  });
}
