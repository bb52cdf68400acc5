/**
 * Memory while weights are loaded. Arrays are garbage once their numbers are on the device, but hundreds of megabytes of it
 * gather before a collector looks, and a tab on a phone does not live that long.
 */
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';

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

/** Frees an array's memory at once, where the browser can: its buffer is moved into one of no length. */
export function discard({ buffer }: ArrayBufferView): void {
  (buffer as { transfer?(length: number): ArrayBuffer }).transfer?.(0);
}
