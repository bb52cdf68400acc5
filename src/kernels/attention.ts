import * as tf from '@tensorflow/tfjs-core';
import { CHUNK } from './attentionBlocks';
import { currentKernels } from './currentKernels';

/**
 * Attention of one head over all cells, `softmax(q k^T / sqrt(C)) v` (Vaswani et al. 2017), a block of query rows
 * at a time. The gradient is with respect to all three and recomputes the scores rather than keeping them.
 *
 * @param q queries, `[1, H, W, C]`
 * @param k keys, the same shape
 * @param v values, the same shape
 * @param chunk largest piece of the `[H W, H W]` score matrix to hold, in numbers
 * @returns the same shape
 */
export function attend(q: tf.Tensor4D, k: tf.Tensor4D, v: tf.Tensor4D, chunk = CHUNK): tf.Tensor4D {
  const kernels = currentKernels();
  const run = tf.customGrad((...args) => {
    const save = args.pop() as tf.GradSaveFunc;
    const maps = args as tf.Tensor4D[];
    save(maps);
    const [queries, keys, values] = maps;
    const gradFunc = (dy: tf.Tensor, kept: tf.Tensor[]) =>
      kernels.attentionVjp(dy as tf.Tensor4D, kept as tf.Tensor4D[], chunk);
    return { value: kernels.attention(queries, keys, values, chunk), gradFunc };
  });
  return run(q, k, v) as tf.Tensor4D;
}
