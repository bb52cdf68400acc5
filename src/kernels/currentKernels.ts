/** The set of kernels that computes: chosen once for each of tfjs's backends, when that is started. */
import * as tf from '@tensorflow/tfjs-core';
import type { KernelSet } from './kernelSet';
import { PlainKernels } from './plain';
import { WebgpuKernels } from './webgpu';

const chosen = new WeakMap<tf.KernelBackend, KernelSet>();

/** Makes the network's operations use `kernels` while tfjs's present backend is the current one. */
export function chooseKernels(kernels: KernelSet): void {
  chosen.set(tf.backend(), kernels);
}

/** The set of tfjs's current backend. */
export function currentKernels(): KernelSet {
  const backend = tf.backend();
  let kernels = chosen.get(backend);
  if (!kernels) {
    kernels = defaultKernels();
    chosen.set(backend, kernels);
  }
  return kernels;
}

/**
 * The set that computes where nobody has chosen, as nobody does who uses `AutoencoderKL` with tfjs alone. On WebAssembly our
 * own kernels need a thread pool, which has to be started (`wasm/threadPool.ts`).
 */
function defaultKernels(): KernelSet {
  return tf.getBackend() === 'webgpu' ? new WebgpuKernels() : new PlainKernels();
}
