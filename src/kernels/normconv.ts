import * as tf from '@tensorflow/tfjs-core';
import { currentKernels } from './currentKernels';
import { type Dtype, dtypeOf } from './dtype';
import type { NormOptions } from './groupnorm';
import type { NormConvWeights, Skip, Statistics } from './weights';

export interface NormConvOptions extends Pick<NormOptions, 'statistics' | 'frozen'> {
  skip?: Skip | undefined;
  /** Dtype that the result is kept in; float16 on WebGPU only. By default as `x` is. */
  dtype?: Dtype | undefined;
}

/**
 * `conv(silu(groupNorm(x))) + skip` as one operation: where there is a program for it the normalised map need not be stored,
 * nor the sum before its last term. The gradient is with respect to `x` and to the skip's map.
 *
 * @param x `[1, H, W, in]` -> `[1, H, W, out]`
 */
export function normConv(
  x: tf.Tensor4D,
  weights: NormConvWeights,
  { skip, statistics, frozen = false, dtype = dtypeOf(x) }: NormConvOptions = {},
): tf.Tensor4D {
  const kernels = currentKernels();
  const run = tf.customGrad((...args) => {
    const save = args.pop() as tf.GradSaveFunc;
    const [input, featureMap] = args as tf.Tensor4D[];
    const used = statistics ?? kernels.groupStatistics(input, weights.groups);
    save([input, used.mean, used.variance]);
    const given = skip && { featureMap, shortcut: skip.shortcut };
    const gradFunc = (dy: tf.Tensor, [kept, mean, variance]: tf.Tensor[]) => {
      const slope = dy as tf.Tensor4D;
      const measured = { mean, variance } as Statistics;
      const dx = kernels.normConvVjp(slope, kept as tf.Tensor4D, weights, measured, frozen);
      if (!skip) return dx;
      // A clone: `dy` is not tfjs's to dispose.
      return [dx, skip.shortcut ? kernels.conv2dVjp(slope, skip.shortcut) : tf.clone(dy)];
    };
    return { value: kernels.normConv(input, weights, used, given, dtype), gradFunc };
  });
  return run(...(skip ? [x, skip.featureMap] : [x])) as tf.Tensor4D;
}
