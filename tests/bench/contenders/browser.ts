/** Frameworks in a browser's worker, each as its users load it. */

import ortWebgpuBinary from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import ortWasmBinary from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import ortWasmScript from 'onnxruntime-web/wasm?url';
import ortWebgpuScript from 'onnxruntime-web/webgpu?url';
import { startBackend } from '@/engine/backends';
import { adapterName, deviceLabel } from '@/engine/device/device';
import { adapterFacts, probeMachine } from '@/engine/device/probe';
import { macrotask } from '@/engine/worker/macrotask';
import type { BenchBackend } from './contender';
import type { OrtRuntime, Platform, TfDevice } from './platform';

/** The scripts are the published files, untouched: their threads load the very same file again. */
const ORT_FILES = {
  wasm: { script: ortWasmScript, binary: ortWasmBinary },
  webgpu: { script: ortWebgpuScript, binary: ortWebgpuBinary },
};

export const browserPlatform: Platform = {
  async startTf(backend, threads): Promise<TfDevice> {
    const { adapter, facts } = await probeMachine();
    const live = await startBackend(backend, { adapter, facts: { ...facts, cores: threads } });
    return {
      label: deviceLabel(backend, facts, live.threads),
      threads: live.threads,
      async pause() {
        await live.settle();
        live.check();
        live.trim('running');
        await macrotask();
      },
    };
  },

  async openOrt(backend: BenchBackend, threads: number): Promise<OrtRuntime> {
    const { script, binary } = ORT_FILES[backend];
    const ort: OrtRuntime['ort'] = await import(/* @vite-ignore */ script);
    ort.env.wasm.wasmPaths = { wasm: binary };
    ort.env.wasm.numThreads = crossOriginIsolated ? threads : 1;
    const used = ort.env.wasm.numThreads;
    if (backend === 'wasm') return { ort, threads: used, label: deviceLabel('wasm', await facts(), used) };
    ort.env.webgpu.powerPreference = 'high-performance';
    const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
    if (!adapter) throw new Error('This browser offers no WebGPU adapter.');
    return { ort, threads: used, label: `WebGPU, ${adapterName(adapterFacts(adapter))}` };
  },
};

async function facts() {
  return (await probeMachine()).facts;
}
