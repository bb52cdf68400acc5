/** Measure of the memory that tfjs's current backend holds. */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import type { Heap } from '../backends/heap';

/** The part of tfjs's WebGPU backend that knows. */
interface WebgpuBackend {
  bufferManager: { numBytesAllocated: number };
}

/**
 * Bytes: on WebGPU of all buffers, those kept for reuse among them; on WebAssembly of its heap, which never shrinks; elsewhere
 * of the tensors.
 */
export function backendBytes(): number {
  const backend = tf.backend();
  switch (tf.getBackend()) {
    case 'webgpu':
      return (backend as unknown as WebgpuBackend).bufferManager.numBytesAllocated;
    case 'wasm':
      return ((backend as BackendWasm).wasm as unknown as Heap).HEAPU8.length;
    default:
      return tf.memory().numBytes;
  }
}
