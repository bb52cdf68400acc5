/** Starts a backend by its name. Each is loaded only when it is tried. */
import * as tf from '@tensorflow/tfjs-core';
import { InspectorError } from '@/common/errors';
import { importPart } from '@/common/importing';
import { isSoftwareName, threadCount } from '../device/device';
import type { Probe } from '../device/probe';
import { BackendRejected } from '../device/startFirstBackend';
import { rendererName } from './common';
import type { LiveBackend } from './live';
import type { BackendName } from './name';

/**
 * @param wanted the visitor's choice, which may be slow
 * @throws whatever the backend says when it cannot start; `PassedOver` where it would be slower than what comes after it
 */
export async function startBackend(
  backend: BackendName,
  probe: Probe,
  wanted?: BackendName,
): Promise<LiveBackend> {
  switch (backend) {
    case 'webgpu': {
      if (!probe.adapter) throw new Error('There is no WebGPU adapter.');
      return (await importPart(() => import('./webgpu'))).startWebgpu(probe.adapter);
    }
    case 'wasm':
      return startWasm(threadCount(probe.facts));
    case 'webgl':
      if (wanted !== 'webgl') passOverSoftware();
      return (await importPart(() => import('./webgl'))).startWebgl();
    case 'cpu':
      return (await importPart(() => import('./cpu'))).startCpu();
  }
}

/** WebGL in software takes minutes for what plain JavaScript computes in seconds, and half a minute for its self-test alone. */
function passOverSoftware(): void {
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
  if (!gl) return;
  const name = rendererName(gl);
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  if (!isSoftwareName(name)) return;
  throw new BackendRejected(`WebGL runs in software here (${name}), which is slower than plain JavaScript.`);
}

/** Starts on one thread where several do not start: shared memory asks for all of its address space, which phones may refuse. */
async function startWasm(threads: number): Promise<LiveBackend> {
  const { startWasm: start } = await importPart(() => import('./wasm'));
  if (threads === 1) return start(1);
  try {
    return await start(threads);
  } catch (error) {
    if (error instanceof InspectorError && error.code === 'network') throw error;
    stopBackend('wasm');
    return start(1);
  }
}

/** Takes a backend down, with all its tensors; nothing where it was never registered. */
export function stopBackend(backend: BackendName): void {
  if (tf.findBackendFactory(backend)) tf.removeBackend(backend);
}
