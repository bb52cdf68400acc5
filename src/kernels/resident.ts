import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { discard } from '@/models/files/discard';

/**
 * Puts a new tensor's numbers on the device now, not when they are first needed, and lets go of the array that they came in, where
 * the backend does not go on using it.
 *
 * @param array what the tensor was made of; of no use to anyone afterwards
 */
export function makeResident<T extends tf.Tensor>(tensor: T, array: Float32Array | Int32Array): T {
  const backend = tf.getBackend();
  if (backend === 'webgpu') (tf.backend() as WebGPUBackend).uploadToGPU(tensor.dataId);
  // WebAssembly has its own copy from the beginning; the others compute with the array itself.
  if (backend === 'webgpu' || backend === 'wasm') discard(array);
  return tensor;
}
