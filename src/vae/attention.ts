import type { Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { add } from '@/kernels/add';
import { attend } from '@/kernels/attention';
import { CHUNK, scoreBlock } from '@/kernels/attentionBlocks';
import { conv2d } from '@/kernels/conv2d';
import { currentKernels } from '@/kernels/currentKernels';
import { dtypeOf } from '@/kernels/dtype';
import { groupNorm } from '@/kernels/groupnorm';
import { type BlockContext, tappedStatistics } from './blocks';
import type { Stage } from './stage';
import type { Taps } from './taps';

/**
 * The attention of the middle block: GroupNorm, one head over all cells, projection, added to the map.
 * Queries, keys, values and the projection are linear layers, which on a map are 1x1 convolutions.
 */
export function attention(name: string, { config, parameters, label }: BlockContext): Stage {
  const norm = parameters.norm(`${name}.group_norm`);
  const [query, key, value, projection] = ['to_q', 'to_k', 'to_v', 'to_out.0'].map((part) =>
    parameters.convolution(`${name}.${part}`),
  );
  const channels = norm.scale.size;
  const groups = config.norm_num_groups;
  const normOptions = (x: Tensor4D, taps: Taps) => ({
    silu: false,
    ...tappedStatistics(x, `${name}.group_norm`, groups, taps),
  });
  const project = (normalised: Tensor4D) =>
    [query, key, value].map((weights) => conv2d(normalised, weights, 'float32'));
  const attended = (x: Tensor4D, taps: Taps): Tensor4D => {
    const branch = (): Tensor4D => {
      const [q, k, v] = project(groupNorm(x, norm, groups, normOptions(x, taps)));
      return conv2d(attend(q, k, v), projection, dtypeOf(x));
    };
    return add(x, taps.attention ? taps.attention(name, branch) : branch());
  };
  /** Gradient without the mixture, of which it makes no use. */
  const attendedVjp = (x: Tensor4D, dy: Tensor4D, taps: Taps): Tensor4D => {
    const kernels = currentKernels();
    const { silu, frozen = false, ...tapped } = normOptions(x, taps);
    const statistics = tapped.statistics ?? kernels.groupStatistics(x, groups);
    const maps = project(kernels.groupNorm(x, norm, statistics, silu));
    const slopes = kernels.attentionVjp(kernels.conv2dVjp(dy, projection), maps, CHUNK);
    tf.dispose(maps);
    const atNorm = [key, value].reduce(
      (sum, weights, index) => kernels.conv2dVjpOnto(sum, slopes[index + 1], weights),
      kernels.conv2dVjp(slopes[0], query),
    );
    return add(dy, kernels.groupNormVjp(atNorm, x, norm, statistics, { silu, frozen }));
  };
  return {
    name: label,
    resize: 1,
    channels: { in: channels, out: channels },
    work: (rows, cols) => {
      const cells = rows * cols;
      return cells * (8 * channels * channels + 4 * cells * channels);
    },
    // The map, its norm, queries, keys, values, a block of scores at a time (twice, for the softmax), and the mixture.
    numbers: (rows, cols) => 6 * channels * rows * cols + 2 * scoreBlock(rows * cols),
    run: ({ x }, { taps }) => ({ x: attended(x, taps), skip: null }),
    vjp: ({ x }, dy, { taps }) =>
      // What a tap does to the branch is for tfjs's tape to know.
      taps.attention
        ? (tf.grad((input: tf.Tensor) => attended(input as Tensor4D, taps))(x, dy) as Tensor4D)
        : attendedVjp(x, dy, taps),
  };
}
