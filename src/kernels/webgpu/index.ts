/** The network's operations on tfjs's WebGPU backend, by WGSL programs of our own where these suit. */
import type * as tf from '@tensorflow/tfjs-core';
import type { Dtype } from '../dtype';
import type { KernelSet, NormVjpOptions } from '../kernelSet';
import { PlainKernels } from '../plain';
import type { Product } from '../plain/attention';
import type {
  ConvWeights,
  NormConvWeights,
  NormWeights,
  Skip,
  Statistics,
  UpsampleWeights,
} from '../weights';
import { conv2d, conv2dVjp, conv2dVjpOnto, product } from './conv2d';
import { downsample, downsampleVjp } from './downsample';
import { groupNorm, groupNormVjp, groupStatistics, suitsNorm } from './groupNorm';
import { normConv, normConvVjp } from './normConv';
import { add, suitsSum } from './sum';
import { upsample, upsampleVjp } from './upsample';

/** Each method is a program and the shapes that it takes; other shapes, and what is not here, go the plain way. */
export class WebgpuKernels extends PlainKernels {
  override readonly name: KernelSet['name'] = 'webgpu';

  override add(a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor4D {
    return suitsSum(a) ? add(a, b) : super.add(a, b);
  }

  override conv2d(x: tf.Tensor4D, weights: ConvWeights, dtype: Dtype): tf.Tensor4D {
    return conv2d(x, weights, dtype);
  }

  override conv2dVjp(dy: tf.Tensor4D, weights: ConvWeights): tf.Tensor4D {
    return conv2dVjp(dy, weights);
  }

  override conv2dVjpOnto(onto: tf.Tensor4D, dy: tf.Tensor4D, weights: ConvWeights): tf.Tensor4D {
    return conv2dVjpOnto(onto, dy, weights);
  }

  override downsample(x: tf.Tensor4D, weights: ConvWeights): tf.Tensor4D {
    return downsample(x, weights);
  }

  override downsampleVjp(dy: tf.Tensor4D, weights: ConvWeights): tf.Tensor4D {
    return downsampleVjp(dy, weights);
  }

  override upsample(x: tf.Tensor4D, weights: UpsampleWeights): tf.Tensor4D {
    return upsample(x, weights);
  }

  override upsampleVjp(dy: tf.Tensor4D, weights: UpsampleWeights): tf.Tensor4D {
    return upsampleVjp(dy, weights);
  }

  override groupStatistics(x: tf.Tensor4D, groups: number): Statistics {
    return suitsNorm(x) ? groupStatistics(x, groups) : super.groupStatistics(x, groups);
  }

  override groupNorm(
    x: tf.Tensor4D,
    weights: NormWeights,
    statistics: Statistics,
    silu: boolean,
  ): tf.Tensor4D {
    if (!suitsNorm(x)) return super.groupNorm(x, weights, statistics, silu);
    return groupNorm(x, weights, statistics, silu);
  }

  override groupNormVjp(
    dy: tf.Tensor4D,
    x: tf.Tensor4D,
    weights: NormWeights,
    statistics: Statistics,
    options: NormVjpOptions,
  ): tf.Tensor4D {
    if (!suitsNorm(x)) return super.groupNormVjp(dy, x, weights, statistics, options);
    return groupNormVjp(dy, x, weights, statistics, options);
  }

  override normConv(
    x: tf.Tensor4D,
    weights: NormConvWeights,
    statistics: Statistics,
    skip: Skip | undefined,
    dtype: Dtype,
  ): tf.Tensor4D {
    if (!suitsNorm(x)) return super.normConv(x, weights, statistics, skip, dtype);
    return normConv(x, weights, statistics, skip, dtype);
  }

  override normConvVjp(
    dy: tf.Tensor4D,
    x: tf.Tensor4D,
    weights: NormConvWeights,
    statistics: Statistics,
    frozen: boolean,
  ): tf.Tensor4D {
    if (!suitsNorm(x)) return super.normConvVjp(dy, x, weights, statistics, frozen);
    return normConvVjp(dy, x, weights, statistics, frozen);
  }

  /** Attention is composed of these. */
  protected override readonly product: Product = product;
}
