/** The devices that compute in Node: tfjs's WebAssembly on one thread, or WebGPU where its package is installed. */
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { type BackendWasm, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { InspectorError } from '@/common/errors';
import { makeCurrent } from '@/engine/backends/common';
import { type Heap, refuseNull } from '@/engine/backends/heap';
import type { LiveBackend } from '@/engine/backends/live';
import { adapterName, BACKEND_TITLES } from '@/engine/device/device';
import { adapterFacts } from '@/engine/device/probe';
import { selfTest, TOLERANCE } from '@/engine/device/selfTest';
import { chooseKernels } from '@/kernels/currentKernels';
import { WasmKernels } from '@/kernels/wasm';
import { isFused, ThreadPool } from '@/kernels/wasm/threadPool';
import type { RowKernels } from '@/report/row';

export const CLI_BACKENDS = ['wasm', 'webgpu'] as const;
export type CliBackend = (typeof CLI_BACKENDS)[number];

export interface Device {
  backend: CliBackend;
  /** Name for the report: "WebAssembly (SIMD), 1 thread". */
  label: string;
  /** Kernels as each row tells them. */
  kernels: RowKernels;
  /** Awaited between stages: lets signals in, and reports what went wrong on the device. */
  pause(): Promise<void>;
}

/**
 * Starts a backend and lets it prove that it computes right.
 * @throws InspectorError `no-backend`
 */
export async function startDevice(backend: CliBackend): Promise<Device> {
  tf.enableProdMode();
  const device = await (backend === 'webgpu' ? startWebgpuInNode() : startWasmInNode());
  const { largestError } = await selfTest();
  if (largestError <= TOLERANCE) return device;
  throw new InspectorError(
    'no-backend',
    `${BACKEND_TITLES[backend]} computes wrongly on this computer: the largest error of its self-test is ${largestError.toPrecision(2)}.`,
    `Use --backend ${backend === 'webgpu' ? 'wasm' : 'webgpu'}.`,
  );
}

/** tfjs starts threads for WebAssembly in browsers only. Several processes, each with its shard, use several cores. */
async function startWasmInNode(): Promise<Device> {
  const program = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(join(dirname(program), sep));
  await makeCurrent('wasm');
  const backend = tf.backend() as BackendWasm;
  refuseNull(backend.wasm as unknown as Heap);
  const pool = await ThreadPool.start(backend, 1);
  if (pool) chooseKernels(new WasmKernels(pool));
  const name = isFused() ? 'wasm-relaxed-simd' : 'wasm-simd';
  return {
    backend: 'wasm',
    label: `WebAssembly (${isFused() ? 'relaxed SIMD' : 'SIMD'}), 1 thread`,
    kernels: { name, threads: 1, adapter: null },
    pause: turn,
  };
}

/**
 * Puts WebGPU where browsers have it, and asks for an adapter.
 * @throws InspectorError `no-backend`
 */
export async function requestGpuAdapter(): Promise<GPUAdapter> {
  const gpu = await openGpu();
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) {
    throw new InspectorError(
      'no-backend',
      'WebGPU finds no graphics processor on this computer.',
      'Check its driver (Vulkan, Metal or Direct3D 12), or use --backend wasm.',
    );
  }
  return adapter;
}

async function startWebgpuInNode(): Promise<Device> {
  const adapter = await requestGpuAdapter();
  const { startWebgpu } = await import('@/engine/backends/webgpu');
  const live: LiveBackend = await startWebgpu(adapter);
  const pause = async () => {
    await live.settle();
    live.check();
    live.trim('running');
    await turn();
  };
  const name = adapterName(adapterFacts(adapter));
  return {
    backend: 'webgpu',
    label: `WebGPU, ${name}`,
    kernels: { name: 'webgpu', threads: 1, adapter: name },
    pause,
  };
}

/** The part of the package `webgpu` (Dawn for Node) that is used. */
interface Dawn {
  create(flags: string[]): GPU;
  globals: Record<string, unknown>;
}

async function openGpu(): Promise<GPU> {
  // Not among the dependencies, so no bundler may look for it.
  const name = 'webgpu';
  let dawn: Dawn;
  try {
    dawn = await import(/* @vite-ignore */ name);
  } catch (cause) {
    throw new InspectorError(
      'no-backend',
      'WebGPU in Node needs the package "webgpu", which is not installed.',
      'Install it with "npm install --no-save webgpu", or use --backend wasm.',
      { cause },
    );
  }
  Object.assign(globalThis, dawn.globals);
  return dawn.create([]);
}

/** One turn of the event loop: Ctrl+C is heard. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
