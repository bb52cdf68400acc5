/** Starts a backend by its name. Each is loaded only when it is tried. */
import * as tf from '@tensorflow/tfjs-core';
import { threadCount } from '../device';
import type { Probe } from '../probe';
import type { BackendName } from '../protocol';
import type { LiveBackend } from './live';

/** @throws whatever the backend says when it cannot start */
export async function startBackend(backend: BackendName, probe: Probe): Promise<LiveBackend> {
  switch (backend) {
    case 'webgpu': {
      if (!probe.adapter) throw new Error('There is no WebGPU adapter.');
      return (await import('./webgpu')).startWebgpu(probe.adapter);
    }
    case 'wasm':
      return (await import('./wasm')).startWasm(threadCount(probe.facts));
    case 'webgl':
      return (await import('./webgl')).startWebgl();
    case 'cpu':
      return (await import('./cpu')).startCpu();
  }
}

/** Takes a backend down, with all its tensors; nothing where it was never registered. */
export function stopBackend(backend: BackendName): void {
  if (tf.findBackendFactory(backend)) tf.removeBackend(backend);
}
