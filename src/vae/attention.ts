import type { Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { add } from '../kernels/add';
import { attend, scoreBlock } from '../kernels/attention';
import { conv2d } from '../kernels/conv2d';
import { storageOf } from '../kernels/storage';
import { type BlockContext, tappedNorm } from './blocks';
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
  const attended = (x: Tensor4D, taps: Taps): Tensor4D => {
    const branch = (): Tensor4D => {
      const normalised = tappedNorm(x, `${name}.group_norm`, norm, config.norm_num_groups, taps);
      const [q, k, v] = [query, key, value].map((weights) => conv2d(normalised, weights, 'float'));
      return conv2d(attend(q, k, v), projection, storageOf(x));
    };
    return add(x, taps.attention ? taps.attention(name, branch) : branch());
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
    // By tfjs's tape: these maps are the smallest.
    pull: ({ x }, dy, { taps }) =>
      tf.grad((input: tf.Tensor) => attended(input as Tensor4D, taps))(x, dy) as Tensor4D,
  };
}
