import * as tf from '@tensorflow/tfjs-core';
import { mapSize } from './storage';
import { defineOnWebgpu } from './webgpu/define';
import { onWebgpu } from './webgpu/recorder';
import { sum } from './webgpu/sum';

const addOnWebgpu = defineOnWebgpu<{ a: tf.Tensor; b: tf.Tensor }, object>(
  'AddMaps',
  (recorder, { a, b }) => [sum(recorder, a, b)],
);

function addForward(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return onWebgpu() && mapSize(a).channels % 4 === 0 ? addOnWebgpu({ a, b }, {})[0] : tf.add(a, b);
}

/** `a + b` for two maps of one shape, with the gradient, so that the network needs none of tfjs's registered gradients. */
export const add = tf.customGrad((a, b) => ({
  value: addForward(a as tf.Tensor, b as tf.Tensor),
  // Clones: where a map is used twice tfjs disposes the gradients that it sums, and `dy` is not its to dispose.
  gradFunc: (dy: tf.Tensor) => [tf.clone(dy), tf.clone(dy)],
})) as (a: tf.Tensor4D, b: tf.Tensor4D) => tf.Tensor4D;
