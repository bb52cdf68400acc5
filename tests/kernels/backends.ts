import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-webgl';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, inject } from 'vitest';
import { startWasm } from '@/engine/backends/wasm';
import { startWebgpu } from '@/engine/backends/webgpu';

/**
 * `webgpu` is as the engine starts it: on a software adapter that has subgroups, by programs without barriers. `webgpu tiles`: a
 * device without them, on which the programs for graphics processors run.
 */
export type Backend = 'cpu' | 'wasm' | 'webgpu' | 'webgpu tiles' | 'webgl';

/** Largest error allowed in a whole network, relative to the largest value. Graphics processors round more freely. */
export const NETWORK_TOLERANCE: Record<Backend, number> = {
  cpu: 1e-4,
  wasm: 1e-4,
  webgpu: 3e-4,
  'webgpu tiles': 3e-4,
  webgl: 3e-4,
};

const isGraphics = (backend: Backend) => backend.startsWith('web');

/**
 * Runs one body of tests on each backend of this run's device: the processor's in one, graphics in another. A backend that this browser lacks has its tests skipped, with the reason;
 * cpu and wasm run everywhere, and their absence is a failure. A WebGPU error, which tfjs swallows, fails the test
 * in which it happened.
 */
export function onBackends(backends: readonly Backend[], body: (backend: Backend) => void): void {
  const computesOnGraphics = inject('device') === 'graphics';
  for (const backend of backends.filter((name) => isGraphics(name) === computesOnGraphics)) {
    describe(backend, () => {
      let absence: string | null = null;
      let gpuErrors: string[] = [];
      const note = (event: GPUUncapturedErrorEvent) => gpuErrors.push(event.error.message);
      let device: GPUDevice | undefined;

      beforeAll(async () => {
        absence = await reasonOfAbsence(backend);
        if (absence) return;
        await start(backend);
        if (backend.startsWith('webgpu')) {
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

/** WebAssembly and WebGPU as the engine starts them, with all threads; the others as tfjs registers them. */
async function start(backend: Backend): Promise<void> {
  if (backend === 'wasm') await startWasm(navigator.hardwareConcurrency);
  else if (backend === 'webgpu') await startWebgpu(await adapter());
  else if (backend === 'webgpu tiles') await startWithoutSubgroups(await adapter());
  else if (!(await tf.setBackend(backend))) throw new Error(`tfjs could not start its ${backend} backend.`);
}

async function startWithoutSubgroups(adapter: GPUAdapter): Promise<void> {
  const backend = new WebGPUBackend(await adapter.requestDevice(), adapter.info);
  if (tf.findBackendFactory('webgpu')) tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => backend, 3);
  await tf.setBackend('webgpu');
}

async function adapter(): Promise<GPUAdapter> {
  return (await navigator.gpu.requestAdapter()) as GPUAdapter;
}

async function reasonOfAbsence(backend: Backend): Promise<string | null> {
  if (backend.startsWith('webgpu')) {
    const adapter = await navigator.gpu?.requestAdapter();
    return adapter ? null : 'This browser offers no WebGPU adapter.';
  }
  if (backend === 'webgl') {
    return new OffscreenCanvas(1, 1).getContext('webgl2') ? null : 'This browser offers no WebGL 2.';
  }
  return null;
}
