import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { expectClose } from './compare';
import { type Map3, noise, numericalGradient } from './reference';

export function toTensor({ height, width, channels, data }: Map3): tf.Tensor4D {
  return tf.tensor4d(Float32Array.from(data), [1, height, width, channels]);
}

export function vector(values: ArrayLike<number>): tf.Tensor1D {
  return tf.tensor1d(Float32Array.from(values));
}

/**
 * Compares a kernel with its plain reading, and its gradient with that reading's central differences. The kernel
 * must leave no tensors behind but its result.
 */
export async function checkKernel(
  kernel: (x: tf.Tensor4D) => tf.Tensor4D,
  reference: (x: Map3) => Map3,
  x: Map3,
  tolerance = 1e-5,
): Promise<void> {
  const expected = reference(x);
  const input = toTensor(x);
  const before = tf.memory().numTensors;
  const output = kernel(input);
  expect(tf.memory().numTensors - before, 'tensors made').toBe(1);
  expect(output.shape).toEqual([1, expected.height, expected.width, expected.channels]);
  expectClose(await output.data(), expected.data, tolerance, 'value');

  const dy = noise(expected.data.length, 99);
  const slope = toTensor({ ...expected, data: dy });
  const gradient = tf.grad((z: tf.Tensor) => kernel(z as tf.Tensor4D))(input, slope);
  expect(tf.memory().numTensors - before, 'tensors made with the gradient').toBe(3);
  expectClose(await gradient.data(), numericalGradient(reference, x, dy), tolerance, 'gradient');
  tf.dispose([input, output, slope, gradient]);
}

/** Runs `work` on a device that binds no more than so many bytes at once. */
export async function withBindingLimit(
  device: GPUDevice,
  bytes: number,
  work: () => Promise<void>,
): Promise<void> {
  Object.defineProperty(device.limits, 'maxStorageBufferBindingSize', { value: bytes, configurable: true });
  try {
    await work();
  } finally {
    // Uncovers the device's own.
    Reflect.deleteProperty(device.limits, 'maxStorageBufferBindingSize');
  }
}
