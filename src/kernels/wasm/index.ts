/** The network's operations on tfjs's WebAssembly backend, by programs of our own on threads of our own where these suit. */
import * as tf from '@tensorflow/tfjs-core';
import { blockRows } from '../attentionBlocks';
import type { Dtype } from '../dtype';
import type { KernelSet, NormVjpOptions } from '../kernelSet';
import { PlainKernels } from '../plain';
import type {
  ConvWeights,
  NormConvWeights,
  NormWeights,
  Skip,
  Statistics,
  UpsampleWeights,
} from '../weights';
import { attention, attentionVjp, suitsAttention } from './attention';
import { conv2d, conv2dVjp, normConv } from './conv2d';
import { convolve, suitsConvolution, suitsDoubling, suitsNormConvolution } from './convolution';
import { groupNorm, groupNormVjp, groupStatistics } from './groupNorm';
import { suitsNorm } from './norm';
import type { ThreadPool } from './threadPool';

/** Each method is a program and the shapes that it takes; other shapes, and what is not here, go the plain way. */
export class WasmKernels extends PlainKernels {
  override readonly name: KernelSet['name'] = 'wasm';

  constructor(private readonly pool: ThreadPool) {
    super();
  }

  override conv2d(x: tf.Tensor4D, weights: ConvWeights, dtype: Dtype): tf.Tensor4D {
    if (!suitsConvolution(weights.filter.shape)) return super.conv2d(x, weights, dtype);
    return conv2d(this.pool, x, weights);
  }

  override conv2dVjp(dy: tf.Tensor4D, weights: ConvWeights): tf.Tensor4D {
    if (!suitsConvolution(weights.filter.shape)) return super.conv2dVjp(dy, weights);
    return conv2dVjp(this.pool, dy, weights);
  }

  override conv2dVjpOnto(onto: tf.Tensor4D, dy: tf.Tensor4D, weights: ConvWeights): tf.Tensor4D {
    if (!suitsConvolution(weights.filter.shape)) return super.conv2dVjpOnto(onto, dy, weights);
    return conv2dVjp(this.pool, dy, weights, onto);
  }

  override downsample(x: tf.Tensor4D, weights: ConvWeights): tf.Tensor4D {
    if (!suitsConvolution(weights.filter.shape)) return super.downsample(x, weights);
    return conv2d(this.pool, x, weights, 2);
  }

  override upsample(x: tf.Tensor4D, weights: UpsampleWeights): tf.Tensor4D {
    const { filters, bias } = weights;
    if (!suitsDoubling(filters)) return super.upsample(x, weights);
    return convolve(this.pool, { x, filters, side: 3, outs: bias.size, bias });
  }

  override upsampleVjp(dy: tf.Tensor4D, weights: UpsampleWeights): tf.Tensor4D {
    const { filters } = weights;
    if (!suitsDoubling(filters)) return super.upsampleVjp(dy, weights);
    return convolve(this.pool, { x: dy, filters, side: 3, outs: filters[0].shape[2], transposed: true });
  }

  override groupStatistics(x: tf.Tensor4D, groups: number): Statistics {
    if (!suitsNorm(x)) return super.groupStatistics(x, groups);
    return groupStatistics(this.pool, x, groups);
  }

  override groupNorm(
    x: tf.Tensor4D,
    weights: NormWeights,
    statistics: Statistics,
    silu: boolean,
  ): tf.Tensor4D {
    if (!suitsNorm(x)) return super.groupNorm(x, weights, statistics, silu);
    return groupNorm(this.pool, x, weights, statistics, silu);
  }

  override groupNormVjp(
    dy: tf.Tensor4D,
    x: tf.Tensor4D,
    weights: NormWeights,
    statistics: Statistics,
    options: NormVjpOptions,
  ): tf.Tensor4D {
    if (!suitsNorm(x)) return super.groupNormVjp(dy, x, weights, statistics, options);
    return groupNormVjp(this.pool, dy, x, weights, statistics, options);
  }

  override normConv(
    x: tf.Tensor4D,
    weights: NormConvWeights,
    statistics: Statistics,
    skip: Skip | undefined,
    dtype: Dtype,
  ): tf.Tensor4D {
    if (!suitsNormConvolution(weights.conv.filter.shape)) {
      return super.normConv(x, weights, statistics, skip, dtype);
    }
    return tf.tidy(() => {
      const add = skip && this.added(skip, dtype);
      return normConv(this.pool, x, weights, statistics, add);
    });
  }

  override attention(q: tf.Tensor4D, k: tf.Tensor4D, v: tf.Tensor4D, chunk: number): tf.Tensor4D {
    if (!suitsAttention(q)) return super.attention(q, k, v, chunk);
    return attention(this.pool, q, k, v);
  }

  override attentionVjp(dy: tf.Tensor4D, maps: readonly tf.Tensor4D[], chunk: number): tf.Tensor4D[] {
    if (!suitsAttention(dy)) return super.attentionVjp(dy, maps, chunk);
    const [, height, width] = dy.shape;
    return attentionVjp(this.pool, dy, maps, blockRows(height * width, chunk));
  }
}
