/**
 * The operations of the network as one backend computes them. There are three sets: `plain/`, of tfjs's own operations, for any
 * backend; `wasm/` and `webgpu/`, which have programs of their own and take the plain way where a shape does not suit these.
 *
 * None of these functions is differentiable by tfjs: each has its vector-Jacobian product (`...Vjp`) beside it, the gradient with
 * respect to the map from the gradient `dy` at the result; weights are constants. The files beside this one
 * (`conv2d.ts` and so on) make differentiable operations of both.
 *
 * Maps are `[1, H, W, C]`; results are new tensors, which the caller disposes.
 */
import type * as tf from '@tensorflow/tfjs-core';
import type { Dtype } from './dtype';
import type { ConvWeights, NormConvWeights, NormWeights, Skip, Statistics, UpsampleWeights } from './weights';

export interface NormVjpOptions {
  /** The norm was followed by SiLU, and `dy` is the gradient after that. */
  silu: boolean;
  /** The statistics are constants: they are not those of `x`. */
  frozen: boolean;
}

export interface KernelSet {
  readonly name: 'plain' | 'wasm' | 'webgpu';

  /** `a + b`, two maps of one shape. */
  add(a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor4D;

  /**
   * Convolution of stride 1 with zero padding that keeps the size, filter 1x1 or 3x3.
   * @param x `[1, H, W, in]` -> `[1, H, W, out]`
   * @param dtype how the result is kept; float16 on WebGPU only, the other sets keep float32
   */
  conv2d(x: tf.Tensor4D, weights: ConvWeights, dtype: Dtype): tf.Tensor4D;
  /** `[1, H, W, out]` -> `[1, H, W, in]`: a convolution with the filter turned round. */
  conv2dVjp(dy: tf.Tensor4D, weights: ConvWeights): tf.Tensor4D;
  /**
   * `onto` plus `conv2dVjp`. `onto` is given up: its numbers may be written over, for these maps are the largest that there are;
   * its caller still disposes it.
   */
  conv2dVjpOnto(onto: tf.Tensor4D, dy: tf.Tensor4D, weights: ConvWeights): tf.Tensor4D;

  /**
   * 3x3 convolution of stride 2 over `x` padded by one zero row below and one zero column right.
   * @param x `[1, H, W, in]`, sides even -> `[1, H/2, W/2, out]`
   */
  downsample(x: tf.Tensor4D, weights: ConvWeights): tf.Tensor4D;
  /** `[1, H/2, W/2, out]` -> `[1, H, W, in]` */
  downsampleVjp(dy: tf.Tensor4D, weights: ConvWeights): tf.Tensor4D;

  /** Nearest-neighbour doubling and a 3x3 convolution with zero padding, `[1, H, W, in]` -> `[1, 2H, 2W, out]`. */
  upsample(x: tf.Tensor4D, weights: UpsampleWeights): tf.Tensor4D;
  /** `[1, 2H, 2W, out]` -> `[1, H, W, in]` */
  upsampleVjp(dy: tf.Tensor4D, weights: UpsampleWeights): tf.Tensor4D;

  /**
   * Mean and biased variance over each group's channels and all cells of `x` `[1, H, W, C]`, C a multiple of `groups`.
   * Not by `E[x^2] - E[x]^2`, which loses all its digits where a mean is large beside its deviation.
   */
  groupStatistics(x: tf.Tensor4D, groups: number): Statistics;
  /**
   * `(x - mean) / sqrt(variance + 1e-6) * scale + shift` per group of consecutive channels, with given statistics.
   * @param silu SiLU is applied to the result
   */
  groupNorm(x: tf.Tensor4D, weights: NormWeights, statistics: Statistics, silu: boolean): tf.Tensor4D;
  /**
   * Gradient of GroupNorm with respect to `x`. With `n = scale * h + shift`, `h = (x - mean) r`, `r = 1 / sqrt(variance + eps)` and
   * `g = dn * scale`: `dx = r (g - E[g] - h E[g h])`, expectations over the group; only the first term where the statistics are
   * frozen.
   */
  groupNormVjp(
    dy: tf.Tensor4D,
    x: tf.Tensor4D,
    weights: NormWeights,
    statistics: Statistics,
    options: NormVjpOptions,
  ): tf.Tensor4D;

  /**
   * `conv(silu(groupNorm(x))) + skip`, `[1, H, W, in]` -> `[1, H, W, out]`.
   * @param dtype as of `conv2d`
   */
  normConv(
    x: tf.Tensor4D,
    weights: NormConvWeights,
    statistics: Statistics,
    skip: Skip | undefined,
    dtype: Dtype,
  ): tf.Tensor4D;
  /** Gradient of `normConv` with respect to `x`. @param frozen the statistics are constants */
  normConvVjp(
    dy: tf.Tensor4D,
    x: tf.Tensor4D,
    weights: NormConvWeights,
    statistics: Statistics,
    frozen: boolean,
  ): tf.Tensor4D;

  /**
   * Attention of one head over all cells, `softmax(q k^T / sqrt(C)) v` (Vaswani et al. 2017); all of one shape.
   * @param chunk numbers of the `[H W, H W]` score matrix that are held at once, at most
   */
  attention(q: tf.Tensor4D, k: tf.Tensor4D, v: tf.Tensor4D, chunk: number): tf.Tensor4D;
  /** The gradients with respect to queries, keys and values. @param maps these three */
  attentionVjp(dy: tf.Tensor4D, maps: readonly tf.Tensor4D[], chunk: number): tf.Tensor4D[];
}
