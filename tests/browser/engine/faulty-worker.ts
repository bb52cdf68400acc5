/** The engine's worker with faults to order. The faults are real ones; only their time is chosen. */
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { host } from '@/engine/worker/host';

/**
 * - `throw`: an exception that nothing catches
 * - `lose-device`: the WebGPU device goes away
 * - `invalid-program`: the WebGPU device is given a program that it refuses
 * - `lose-context`: the WebGL context goes away, and is there again after a moment
 * - `end`: the worker ends itself without a word
 * - `small-memory`: WebAssembly's memory stops growing at 96 MiB
 */
export type Fault = 'throw' | 'lose-device' | 'invalid-program' | 'lose-context' | 'end' | 'small-memory';

const SMALL_MEMORY = 96 * 2 ** 20;
const WASM_PAGE = 2 ** 16;

self.addEventListener('message', ({ data }: MessageEvent<{ fault?: Fault }>) => {
  if (data.fault) commit(data.fault);
});
// The self-test has tests of its own, and takes long on a software adapter.
host(self as unknown as DedicatedWorkerGlobalScope, {
  selfTest: async () => ({ milliseconds: 0, largestError: 0 }),
});

function commit(fault: Fault): void {
  switch (fault) {
    case 'throw':
      setTimeout(() => {
        throw new Error('Thrown for a test.');
      });
      break;
    case 'lose-device':
      device().destroy();
      break;
    case 'invalid-program': {
      const module = device().createShaderModule({ code: 'fn main() { return 1; }' });
      device().createComputePipeline({ layout: 'auto', compute: { module, entryPoint: 'main' } });
      break;
    }
    case 'lose-context': {
      const { gl } = (tf.backend() as MathBackendWebGL).gpgpu;
      const extension = gl.getExtension('WEBGL_lose_context')!;
      extension.loseContext();
      setTimeout(() => extension.restoreContext(), 50);
      break;
    }
    case 'end':
      self.close();
      break;
    case 'small-memory': {
      const { grow } = WebAssembly.Memory.prototype;
      WebAssembly.Memory.prototype.grow = function limited(this: WebAssembly.Memory, pages: number) {
        if (this.buffer.byteLength + pages * WASM_PAGE > SMALL_MEMORY)
          throw new RangeError('Limited for a test.');
        return grow.call(this, pages);
      };
      break;
    }
  }
}

function device(): GPUDevice {
  return (tf.backend() as WebGPUBackend).device;
}
