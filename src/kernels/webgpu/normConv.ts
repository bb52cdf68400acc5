/** A norm, its SiLU, a convolution and a skip on WebGPU as one operation, and the gradient. */
import * as tf from '@tensorflow/tfjs-core';
import { type Dtype, featureMapSize } from '../dtype';
import { deviceFilter, floatFilter } from '../float16Filter';
import { transposedFilter } from '../transposedFilter';
import { EPSILON, type NormConvWeights, type Skip, type Statistics } from '../weights';
import { convolve } from './convolution';
import { defineOnWebgpu } from './define';
import { same } from './geometry';
import { coefficients, type NormTensors } from './norm';
import { normaliseVjpInPlace } from './normVjp';

export function normConv(
  x: tf.Tensor4D,
  { norm, conv }: NormConvWeights,
  statistics: Statistics,
  skip: Skip | undefined,
  dtype: Dtype,
): tf.Tensor4D {
  const inputs = {
    x,
    ...norm,
    ...statistics,
    filter: deviceFilter(conv.filter),
    bias: conv.bias,
    skip: skip?.featureMap,
    shortcut: skip?.shortcut ? deviceFilter(skip.shortcut.filter) : undefined,
    shortcutBias: skip?.shortcut?.bias,
  };
  const [side, , , channels] = conv.filter.shape;
  return normConvolve(inputs, { side, channels, dtype })[0] as tf.Tensor4D;
}

const normConvolve = defineOnWebgpu<
  Record<keyof NormTensors | 'x' | 'filter' | 'bias', tf.Tensor> &
    Record<'skip' | 'shortcut' | 'shortcutBias', tf.Tensor | undefined>,
  { side: number; channels: number; dtype: Dtype }
>('NormConvolve', (recorder, inputs, { side, channels, dtype }) => {
  const { x, filter, bias, skip, shortcut, shortcutBias, ...norm } = inputs;
  const { height, width } = featureMapSize(x);
  const affine = coefficients(recorder, norm, EPSILON);
  const out = recorder.outputMap({ height, width, channels }, dtype);
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

export function normConvVjp(
  dy: tf.Tensor4D,
  x: tf.Tensor4D,
  { norm, conv }: NormConvWeights,
  statistics: Statistics,
  frozen: boolean,
): tf.Tensor4D {
  return tf.tidy(() => {
    const filter = transposedFilter(floatFilter(conv.filter));
    return normConvolveVjp({ dy, x, filter, ...norm, ...statistics }, { frozen })[0] as tf.Tensor4D;
  });
}

/** One map less than one after the other: the gradient at the norm is written over by that at `x`. */
const normConvolveVjp = defineOnWebgpu<
  Record<keyof NormTensors | 'dy' | 'x' | 'filter', tf.Tensor>,
  { frozen: boolean }
>('NormConvolveVjp', (recorder, { dy, x, filter, ...norm }, { frozen }) => {
  const { height, width } = featureMapSize(x);
  const atNorm = recorder.output(x.shape);
  convolve(recorder, { x: dy, filter }, same(filter.shape[0], height, width), atNorm);
  const factors = coefficients(recorder, norm, EPSILON);
  const groups = norm.mean.shape[0];
  const given = { dy: atNorm, x, coefficients: factors, scale: norm.scale, groups, silu: true, frozen };
  const dx = normaliseVjpInPlace(recorder, given);
  recorder.dispose(factors);
  return [dx];
});
