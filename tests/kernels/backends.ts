import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-webgl';
import '@tensorflow/tfjs-backend-webgpu';
import plainUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threadedUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest';

export type Backend = 'cpu' | 'wasm' | 'webgpu' | 'webgl';

/** Largest error allowed in a whole network, relative to the largest value. Graphics processors round more freely. */
export const NETWORK_TOLERANCE: Record<Backend, number> = {
  cpu: 1e-4,
  wasm: 1e-4,
  webgpu: 3e-4,
  webgl: 3e-4,
};

setWasmPaths({
  'tfjs-backend-wasm.wasm': plainUrl,
  'tfjs-backend-wasm-simd.wasm': simdUrl,
  'tfjs-backend-wasm-threaded-simd.wasm': threadedUrl,
});
setThreadsCount(navigator.hardwareConcurrency);

/**
 * Runs one body of tests on each backend. A backend that this browser lacks has its tests skipped, with the reason;
 * cpu and wasm run everywhere, and their absence is a failure. A WebGPU error, which tfjs swallows, fails the test
 * in which it happened.
 */
export function onBackends(backends: readonly Backend[], body: (backend: Backend) => void): void {
  for (const backend of backends) {
    describe(backend, () => {
      let absence: string | null = null;
      let gpuErrors: string[] = [];
      const note = (event: GPUUncapturedErrorEvent) => gpuErrors.push(event.error.message);
      let device: GPUDevice | undefined;

      beforeAll(async () => {
        absence = await reasonOfAbsence(backend);
        if (absence) return;
        if (!(await tf.setBackend(backend))) throw new Error(`tfjs could not start its ${backend} backend.`);
        if (backend === 'webgpu') {
          device = (tf.backend() as unknown as { device: GPUDevice }).device;
          device.addEventListener('uncapturederror', note);
        }
      });
      beforeEach((context) => {
        gpuErrors = [];
        if (absence) context.skip(absence);
      });
      afterEach(async () => {
        await device?.queue.onSubmittedWorkDone();
        if (gpuErrors.length > 0) throw new Error(`WebGPU reported: ${gpuErrors.join('; ')}`);
      });
      afterAll(() => device?.removeEventListener('uncapturederror', note));

      body(backend);
    });
  }
}

async function reasonOfAbsence(backend: Backend): Promise<string | null> {
  if (backend === 'webgpu') {
    const adapter = await navigator.gpu?.requestAdapter();
    return adapter ? null : 'This browser offers no WebGPU adapter.';
  }
  if (backend === 'webgl') {
    return new OffscreenCanvas(1, 1).getContext('webgl2') ? null : 'This browser offers no WebGL 2.';
  }
  return null;
}
