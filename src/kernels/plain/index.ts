/** The network's operations by tfjs's own: for any of its backends, and what the other sets are measured against. */
import * as tf from '@tensorflow/tfjs-core';
import type { Dtype } from '../dtype';
import type { KernelSet, NormVjpOptions } from '../kernelSet';
import type {
  ConvWeights,
  NormConvWeights,
  NormWeights,
  Skip,
  Statistics,
  UpsampleWeights,
} from '../weights';
import { attention, attentionVjp, type Product } from './attention';
import { conv2d, conv2dVjp, downsample, downsampleVjp } from './conv2d';
import { groupNorm, groupNormVjp, groupStatistics } from './groupNorm';
import { upsample, upsampleVjp } from './upsample';

/** Operations composed of others take them from `this`, so that a set that extends it needs no composition of its own. */
export class PlainKernels implements KernelSet {
  readonly name: KernelSet['name'] = 'plain';

  add(a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor4D {
    return tf.add(a, b);
  }

  conv2d(x: tf.Tensor4D, weights: ConvWeights, _dtype: Dtype): tf.Tensor4D {
    return conv2d(x, weights);
  }

  conv2dVjp(dy: tf.Tensor4D, weights: ConvWeights): tf.Tensor4D {
    return conv2dVjp(dy, weights);
  }

  conv2dVjpOnto(onto: tf.Tensor4D, dy: tf.Tensor4D, weights: ConvWeights): tf.Tensor4D {
    return tf.tidy(() => tf.add(onto, this.conv2dVjp(dy, weights)));
  }

  downsample(x: tf.Tensor4D, weights: ConvWeights): tf.Tensor4D {
    return downsample(x, weights);
  }

  downsampleVjp(dy: tf.Tensor4D, weights: ConvWeights): tf.Tensor4D {
    return downsampleVjp(dy, weights);
  }

  upsample(x: tf.Tensor4D, weights: UpsampleWeights): tf.Tensor4D {
    return upsample(x, weights);
  }

  upsampleVjp(dy: tf.Tensor4D, weights: UpsampleWeights): tf.Tensor4D {
    return upsampleVjp(dy, weights);
  }

  groupStatistics(x: tf.Tensor4D, groups: number): Statistics {
    return groupStatistics(x, groups);
  }

  groupNorm(x: tf.Tensor4D, weights: NormWeights, statistics: Statistics, silu: boolean): tf.Tensor4D {
    return groupNorm(x, weights, statistics, silu);
  }

  groupNormVjp(
    dy: tf.Tensor4D,
    x: tf.Tensor4D,
    weights: NormWeights,
    statistics: Statistics,
    options: NormVjpOptions,
  ): tf.Tensor4D {
    return groupNormVjp(dy, x, weights, statistics, options);
  }

  normConv(
    x: tf.Tensor4D,
    { norm, conv }: NormConvWeights,
    statistics: Statistics,
    skip: Skip | undefined,
    dtype: Dtype,
  ): tf.Tensor4D {
    return tf.tidy(() => {
      const normalised = this.groupNorm(x, norm, statistics, true);
      const y = this.conv2d(normalised, conv, dtype);
      normalised.dispose();
      return skip ? this.add(y, this.added(skip, dtype)) : y;
    });
  }

  normConvVjp(
    dy: tf.Tensor4D,
    x: tf.Tensor4D,
    { norm, conv }: NormConvWeights,
    statistics: Statistics,
    frozen: boolean,
  ): tf.Tensor4D {
    return tf.tidy(() =>
      this.groupNormVjp(this.conv2dVjp(dy, conv), x, norm, statistics, { silu: true, frozen }),
    );
  }

  attention(q: tf.Tensor4D, k: tf.Tensor4D, v: tf.Tensor4D, chunk: number): tf.Tensor4D {
    return attention([q, k, v], chunk, this.product);
  }

  attentionVjp(dy: tf.Tensor4D, maps: readonly tf.Tensor4D[], chunk: number): tf.Tensor4D[] {
    return attentionVjp(dy, maps, chunk, this.product);
  }

  /** The map that a skip adds. */
  protected added({ featureMap, shortcut }: Skip, dtype: Dtype): tf.Tensor4D {
    return shortcut ? this.conv2d(featureMap, shortcut, dtype) : featureMap;
  }

  /** The products of matrices that attention is composed of. */
  protected readonly product: Product = (a, b) => tf.matMul(a, b);
}
