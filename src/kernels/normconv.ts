import * as tf from '@tensorflow/tfjs-core';
import { type ConvWeights, conv2dBackward, conv2dForward, transposedFilter } from './conv2d';
import {
  EPSILON,
  groupNormBackward,
  groupNormForward,
  groupStatistics,
  type NormOptions,
  type NormWeights,
  normCoefficients,
  normsOnWebgpu,
  type Statistics,
} from './groupnorm';
import { deviceFilter, floatFilter } from './half';
import { mapSize, mapTensor, type Storage, storageOf } from './storage';
import { convolve as convolveOnWasm, suitsNormed } from './wasm/convolution';
import { convolve } from './webgpu/convolution';
import { defineOnWebgpu } from './webgpu/define';
import { same } from './webgpu/geometry';
import { coefficients, type NormTensors } from './webgpu/norm';
import { normaliseBackwardInPlace } from './webgpu/normBackward';

/** A norm, the SiLU after it, and the convolution after that: what residual blocks and heads are made of. */
export interface NormConvWeights {
  norm: NormWeights;
  groups: number;
  conv: ConvWeights;
}

/** What is added to the result: a map, or what a 1x1 convolution makes of it. */
export interface Skip {
  map: tf.Tensor4D;
  shortcut: ConvWeights | null;
}

export interface NormConvOptions extends Pick<NormOptions, 'statistics' | 'frozen'> {
  skip?: Skip;
  /** How the result is kept; halves on WebGPU only. By default as `x` is. */
  storage?: Storage;
}

/**
 * `conv(silu(groupNorm(x))) + skip` as one operation: on WebGPU the normalised map need not be stored, nor the sum before
 * its last term. The gradient is with respect to `x` and to the skip's map.
 *
 * @param x `[1, H, W, in]` -> `[1, H, W, out]`
 */
export function normConv(
  x: tf.Tensor4D,
  weights: NormConvWeights,
  options: NormConvOptions = {},
): tf.Tensor4D {
  const { skip, frozen } = options;
  const run = tf.customGrad((...args) => {
    const save = args.pop() as tf.GradSaveFunc;
    const [input, map] = args as tf.Tensor4D[];
    const statistics = options.statistics ?? groupStatistics(input, weights.groups);
    save([input, statistics.mean, statistics.variance]);
    const given = skip && { map, shortcut: skip.shortcut };
    const gradFunc = (dy: tf.Tensor, [kept, mean, variance]: tf.Tensor[]) => {
      const slope = dy as tf.Tensor4D;
      const measured = { mean, variance } as Statistics;
      const dx = normConvBackward(slope, kept as tf.Tensor4D, weights, { statistics: measured, frozen });
      if (!skip) return dx;
      // A clone: `dy` is not tfjs's to dispose.
      return [dx, skip.shortcut ? conv2dBackward(slope, skip.shortcut) : tf.clone(dy)];
    };
    return { value: forward(input, weights, statistics, given, options.storage ?? storageOf(x)), gradFunc };
  });
  return run(...(skip ? [x, skip.map] : [x])) as tf.Tensor4D;
}

/** The gradient of `normConv` with respect to `x`, of which nothing but `x` is needed. */
export function normConvBackward(
  dy: tf.Tensor4D,
  x: tf.Tensor4D,
  { norm, groups, conv }: NormConvWeights,
  { statistics, frozen }: Pick<NormOptions, 'statistics' | 'frozen'> = {},
): tf.Tensor4D {
  const measured = statistics ?? groupStatistics(x, groups);
  const dx = tf.tidy(() => {
    if (!normsOnWebgpu(x)) {
      return groupNormBackward(conv2dBackward(dy, conv), x, measured, norm, { silu: true, frozen });
    }
    const filter = transposedFilter(floatFilter(conv.filter));
    return backwardOnWebgpu(
      { dy, x, filter, ...norm, ...measured },
      { frozen: frozen ?? false },
    )[0] as tf.Tensor4D;
  });
  if (!statistics) tf.dispose([measured.mean, measured.variance]);
  return dx;
}

function forward(
  x: tf.Tensor4D,
  { norm, conv }: NormConvWeights,
  statistics: Statistics,
  skip: Skip | undefined,
  storage: Storage,
): tf.Tensor4D {
  if (normsOnWebgpu(x)) {
    const inputs = {
      x,
      ...norm,
      ...statistics,
      filter: deviceFilter(conv.filter),
      bias: conv.bias,
      skip: skip?.map,
      shortcut: skip?.shortcut ? deviceFilter(skip.shortcut.filter) : undefined,
      shortcutBias: skip?.shortcut?.bias,
    };
    const [side, , , channels] = conv.filter.shape;
    return normConvOnWebgpu(inputs, { side, channels, storage })[0] as tf.Tensor4D;
  }
  return tf.tidy(() => {
    const { filter, bias } = conv;
    if (suitsNormed(filter.shape)) {
      const add = skip?.shortcut ? conv2dForward(skip.map, skip.shortcut) : skip?.map;
      const affine = normCoefficients(norm, statistics);
      return convolveOnWasm({
        x,
        filters: [deviceFilter(filter)],
        side: filter.shape[0],
        outs: filter.shape[3],
        bias,
        affine,
        silu: true,
        add,
      });
    }
    const normalised = groupNormForward(x, norm, statistics, true);
    const y = conv2dForward(normalised, conv);
    normalised.dispose();
    if (!skip) return y;
    return tf.add(y, skip.shortcut ? conv2dForward(skip.map, skip.shortcut) : skip.map) as tf.Tensor4D;
  });
}

/** One map less than one after the other: the gradient at the norm is written over by that at `x`. */
const backwardOnWebgpu = defineOnWebgpu<
  Record<keyof NormTensors | 'dy' | 'x' | 'filter', tf.Tensor>,
  { frozen: boolean }
>('NormConvolveBackward', (recorder, { dy, x, filter, ...norm }, { frozen }) => {
  const { height, width } = mapSize(x);
  const atNorm = recorder.output(x.shape);
  convolve(recorder, { x: dy, filter }, same(filter.shape[0], height, width), atNorm);
  const factors = coefficients(recorder, norm, EPSILON);
  const groups = norm.mean.shape[0];
  const given = { dy: atNorm, x, coefficients: factors, scale: norm.scale, groups, silu: true, frozen };
  const dx = normaliseBackwardInPlace(recorder, given);
  recorder.dispose(factors);
  return [dx];
});

const normConvOnWebgpu = defineOnWebgpu<
  Record<keyof NormTensors | 'x' | 'filter' | 'bias', tf.Tensor> &
    Record<'skip' | 'shortcut' | 'shortcutBias', tf.Tensor | undefined>,
  { side: number; channels: number; storage: Storage }
>('NormConvolve', (recorder, inputs, { side, channels, storage }) => {
  const { x, filter, bias, skip, shortcut, shortcutBias, ...norm } = inputs;
  const { height, width } = mapSize(x);
  const { shape, dtype } = mapTensor({ height, width, channels }, storage);
  const affine = coefficients(recorder, norm, EPSILON);
  const out = recorder.output(shape, dtype);
  if (skip && shortcut) {
    convolve(recorder, { x: skip, filter: shortcut, bias: shortcutBias }, same(1, height, width), out);
  }
  const add = shortcut ? undefined : skip;
  convolve(
    recorder,
    { x, filter, bias, affine, silu: true, add },
    same(side, height, width),
    out,
    shortcut !== undefined,
  );
  recorder.dispose(affine);
  return [out];
});
