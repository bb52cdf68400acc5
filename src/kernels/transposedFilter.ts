import * as tf from '@tensorflow/tfjs-core';

/** The filter that carries a gradient back: mirrored in height and width, in and out exchanged. */
export function transposedFilter(filter: tf.Tensor4D): tf.Tensor4D {
  const [height, width, ins, outs] = filter.shape;
  return tf.tidy(() => {
    const planes = tf.reshape(filter, [height * width, ins, outs]);
    // Whole planes at a time: tfjs-wasm takes seconds to reverse the filters of the full network.
    const mirrored = tf.gather(
      planes,
      Array.from({ length: height * width }, (_, plane) => height * width - 1 - plane),
    );
    return tf.reshape(tf.transpose(mirrored, [0, 2, 1]), [height, width, outs, ins]) as tf.Tensor4D;
  });
}
