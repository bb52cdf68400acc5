/** Group normalisation on WebGPU: statistics, the norm with its SiLU, and the gradient of both. */
import type * as tf from '@tensorflow/tfjs-core';
import { featureMapSize } from '../dtype';
import type { NormVjpOptions } from '../kernelSet';
import { EPSILON, type NormWeights, type Statistics } from '../weights';
import { defineOnWebgpu } from './define';
import { coefficients, type NormTensors, normalise } from './norm';
import { normaliseVjp } from './normVjp';
import { measure } from './statistics';

/** Tells whether programs take this map: they go over four channels at a time, which no published network's norms stand against. */
export function suitsNorm(x: tf.Tensor4D): boolean {
  return featureMapSize(x).channels % 4 === 0;
}

const measureGroups = defineOnWebgpu<{ x: tf.Tensor }, { groups: number }>(
  'GroupStatistics',
  (recorder, { x }, { groups }) => measure(recorder, x, groups),
);

export function groupStatistics(x: tf.Tensor4D, groups: number): Statistics {
  const [mean, variance] = measureGroups({ x }, { groups }) as tf.Tensor1D[];
  return { mean, variance };
}

const normaliseGroups = defineOnWebgpu<
  { x: tf.Tensor } & Record<keyof NormTensors, tf.Tensor>,
  { silu: boolean }
>('GroupNorm', (recorder, { x, ...norm }, { silu }) => {
  const factors = coefficients(recorder, norm, EPSILON);
  const out = normalise(recorder, x, factors, silu);
  recorder.dispose(factors);
  return [out];
});

export function groupNorm(
  x: tf.Tensor4D,
  { scale, shift }: NormWeights,
  { mean, variance }: Statistics,
  silu: boolean,
): tf.Tensor4D {
  return normaliseGroups({ x, scale, shift, mean, variance }, { silu })[0] as tf.Tensor4D;
}

const normaliseGroupsVjp = defineOnWebgpu<
  { dy: tf.Tensor; x: tf.Tensor } & Record<keyof NormTensors, tf.Tensor>,
  { silu: boolean; frozen: boolean }
>('GroupNormVjp', (recorder, { dy, x, ...norm }, { silu, frozen }) => {
  const factors = coefficients(recorder, norm, EPSILON);
  const { scale, mean } = norm;
  const groups = mean.shape[0];
  const out = normaliseVjp(recorder, { dy, x, coefficients: factors, scale, groups, silu, frozen });
  recorder.dispose(factors);
  return [out];
});

export function groupNormVjp(
  dy: tf.Tensor4D,
  x: tf.Tensor4D,
  { scale, shift }: NormWeights,
  { mean, variance }: Statistics,
  { silu, frozen }: NormVjpOptions,
): tf.Tensor4D {
  const inputs = { dy, x, scale, shift, mean, variance };
  return normaliseGroupsVjp(inputs, { silu, frozen })[0] as tf.Tensor4D;
}
