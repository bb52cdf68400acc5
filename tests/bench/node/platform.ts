/** Frameworks in Node. */
import { requestGpuAdapter, startDevice } from '@/cli/device';
import { adapterName } from '@/engine/device/device';
import { adapterFacts } from '@/engine/device/probe';
import type { OrtRuntime, Platform } from '../contenders/platform';

export const nodePlatform: Platform = {
  async startTf(backend) {
    const { label, pause } = await startDevice(backend);
    return { label, pause, threads: 1 };
  },

  async openOrt(backend): Promise<OrtRuntime> {
    if (backend === 'wasm') {
      const ort = await import('onnxruntime-web');
      // As many as tfjs has in Node.
      ort.env.wasm.numThreads = 1;
      return { ort, threads: 1, label: 'WebAssembly (SIMD), 1 thread' };
    }
    const adapter = await requestGpuAdapter();
    acceptSharedMemory();
    // The build for browsers: the one for Node has no WebGPU, and finds what it needs just as well.
    const ort = await import('onnxruntime-web/webgpu');
    ort.env.wasm.numThreads = 1;
    return { ort, threads: 1, label: `WebGPU, ${adapterName(adapterFacts(adapter))}` };
  },
};

/** onnxruntime-web's memory is shared even where it has one thread only, and WebGPU for Node takes no shared arrays. */
function acceptSharedMemory(): void {
  const { writeBuffer } = GPUQueue.prototype;
  GPUQueue.prototype.writeBuffer = function (buffer, bufferOffset, data, dataOffset, size) {
    // A slice has memory of its own.
    const own = data instanceof Uint8Array && data.buffer instanceof SharedArrayBuffer ? data.slice() : data;
    return writeBuffer.call(this, buffer, bufferOffset, own as GPUAllowSharedBufferSource, dataOffset, size);
  };
}
