/** WebAssembly with SIMD, on several threads where memory can be shared. */
import {
  type BackendWasm,
  getThreadsCount,
  setThreadsCount,
  setWasmPaths,
} from '@tensorflow/tfjs-backend-wasm';
import plainUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threadedUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import threadedFactory from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.js';
import threadedSource from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.js?raw';
import * as tf from '@tensorflow/tfjs-core';
import { chooseKernels } from '@/kernels/currentKernels';
import { PlainKernels } from '@/kernels/plain';
import { WasmKernels } from '@/kernels/wasm';
import { isFused, ThreadPool, ThreadsStopped } from '@/kernels/wasm/threadPool';
import { fetchInsistently } from '../worker/loading';
import { deviceLost, explainAllocation, makeCurrent, outOfMemory } from './common';
import { type Heap, refuseNull } from './heap';
import type { LiveBackend } from './live';

/** Addresses have 32 bits. */
const LARGEST_HEAP = 2 ** 32;

/** A heap above this that stops was most likely full: WebAssembly does not say. */
const LARGE_HEAP = 2 ** 30;

/**
 * Threads are workers made of a blob that holds the text of the factory function, which tfjs gets from its
 * `toString()`. A minifier renames what the function refers to outside itself, and such a worker fails and is started
 * again for ever. So the text handed out is the module's own, as it was published.
 */
threadedFactory.toString = () => `(() => {${threadedSource}\nreturn WasmBackendModuleThreadedSimd;})()`;

export async function startWasm(threads: number): Promise<LiveBackend> {
  setWasmPaths({
    'tfjs-backend-wasm.wasm': plainUrl,
    'tfjs-backend-wasm-simd.wasm': simdUrl,
    'tfjs-backend-wasm-threaded-simd.wasm': threadedUrl,
  });
  // The build without threads does not start eight workers for nothing.
  if (threads === 1) tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  else setThreadsCount(threads);
  await fetchingInsistently(() => reportingCores(2 * threads, () => makeCurrent('wasm')));
  const wasm = (tf.backend() as BackendWasm).wasm as unknown as Heap;
  refuseNull(wasm);
  // The build starts eight workers; those beyond the threads asked for would only take memory.
  for (const idle of wasm.PThread?.unusedWorkers.splice(0) ?? []) idle.terminate();
  const running = threads === 1 ? 1 : getThreadsCount();
  const backend = tf.backend() as BackendWasm;
  // Without them tfjs's own kernels compute, which are slower and as right.
  const pool = await ThreadPool.start(backend, running).catch(() => null);
  chooseKernels(pool ? new WasmKernels(pool) : new PlainKernels());
  const dispose = backend.dispose.bind(backend);
  backend.dispose = () => {
    pool?.dispose();
    dispose();
  };
  return {
    largestHeap: LARGEST_HEAP,
    threads: pool?.running ?? running,
    surplus: pool?.surplus,
    kernels: pool === null ? 'wasm-tfjs' : isFused() ? 'wasm-relaxed-simd' : 'wasm-simd',
    settle: async () => {},
    check: () => {},
    explain(error) {
      if (error instanceof ThreadsStopped) return deviceLost(error.message, error);
      if (!(error instanceof WebAssembly.RuntimeError)) return explainAllocation(error);
      return wasm.HEAPU8.length >= LARGE_HEAP
        ? outOfMemory(error)
        : deviceLost('The computation in WebAssembly stopped.', error);
    },
    trim: () => {},
  };
}

/**
 * While it starts, tfjs's WebAssembly fetches its program once and, where that fails, waits for ever.
 * @throws InspectorError `network` where the program does not come
 */
async function fetchingInsistently(work: () => Promise<void>): Promise<void> {
  const env = tf.env();
  const { platform } = env;
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  env.platform = Object.assign(Object.create(platform) as typeof platform, {
    fetch: (address: string, init?: RequestInit) =>
      fetchInsistently(address, init).catch((error) => {
        fail(error);
        throw error;
      }),
  });
  try {
    await Promise.race([work(), failed]);
  } finally {
    env.platform = platform;
  }
}

/**
 * While it starts, tfjs's WebAssembly takes half of the cores that the browser reports as its upper limit, for it
 * counts two logical ones to each core: on two cores it would never use a second thread.
 */
async function reportingCores(cores: number, work: () => Promise<void>): Promise<void> {
  Object.defineProperty(navigator, 'hardwareConcurrency', { value: cores, configurable: true });
  try {
    await work();
  } finally {
    // Uncovers the browser's own answer.
    Reflect.deleteProperty(navigator, 'hardwareConcurrency');
  }
}
