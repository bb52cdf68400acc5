/** Finds out what `device.ts` decides on. Runs in the worker. */
import { directiveAgainstText, onBlocked, watchPolicy } from '@/common/policy';
import { REQUEST, within } from './deadlines';
import type { AdapterFacts, MachineFacts } from './device';

export interface Probe {
  facts: MachineFacts;
  /** Adapter for the WebGPU backend to make its device of. */
  adapter: GPUAdapter | null;
}

/** Asks the browser what there is to compute with. Never rejects: what fails is not there. */
export async function probeMachine(): Promise<Probe> {
  watchPolicy();
  const shares = sharesMemory();
  const [answer, threads] = await Promise.all([requestAdapter(), shares && startsThreads()]);
  const adapter = typeof answer === 'string' ? null : answer;
  const absent = navigator.gpu && typeof answer === 'string' ? answer : 'unsupported';
  return {
    adapter,
    facts: {
      webgpu: adapter ? adapterFacts(adapter) : absent,
      simd: hasSimd(),
      isolated: globalThis.crossOriginIsolated === true,
      sharesMemory: shares,
      forbidden: { wasm: !mayCompile(), threads: shares && !threads, by: directiveAgainstText() },
      cores: navigator.hardwareConcurrency || 1,
    },
  };
}

/** Tells whether memory can be shared with WebAssembly: some browsers have the words for it and refuse the memory. */
function sharesMemory(): boolean {
  if (globalThis.crossOriginIsolated !== true || typeof SharedArrayBuffer === 'undefined') return false;
  try {
    const { buffer } = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    return buffer instanceof SharedArrayBuffer;
  } catch {
    return false;
  }
}

/** Tells whether a policy lets WebAssembly be compiled; tried on a module that holds nothing. */
function mayCompile(): boolean {
  if (typeof WebAssembly === 'undefined') return true;
  try {
    new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    return true;
  } catch {
    return false;
  }
}

/** Milliseconds; a worker takes some ten. */
const THREAD_PATIENCE = 3000;

/** Tells whether workers made of text start, as threads are: a policy that forbids them may be told by silence. */
function startsThreads(): Promise<boolean> {
  return new Promise((resolve) => {
    const address = URL.createObjectURL(new Blob(['postMessage(0)'], { type: 'text/javascript' }));
    let worker: Worker | null = null;
    const end = (starts: boolean) => {
      deaf();
      worker?.terminate();
      URL.revokeObjectURL(address);
      resolve(starts);
    };
    setTimeout(end, THREAD_PATIENCE, false);
    const deaf = onBlocked(({ what }) => what === 'blob' && end(false));
    try {
      worker = new Worker(address);
      worker.addEventListener('message', () => end(true));
      worker.addEventListener('error', () => end(false));
    } catch {
      end(false);
    }
  });
}

/** A browser whose graphics process hangs never answers: `silent`. */
async function requestAdapter(): Promise<GPUAdapter | 'none' | 'silent'> {
  const late = new Error();
  try {
    const request = Promise.resolve(navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' }));
    return (await within(REQUEST, request, () => late)) ?? 'none';
  } catch (error) {
    return error === late ? 'silent' : 'none';
  }
}

/** An adapter's words about itself; empty in browsers older than `GPUAdapter.info` (Chrome before 127). */
export function adapterFacts(adapter: GPUAdapter): AdapterFacts {
  const info: Partial<GPUAdapterInfo> = adapter.info ?? {};
  return {
    vendor: info.vendor ?? '',
    architecture: info.architecture ?? '',
    device: info.device ?? '',
    description: info.description ?? '',
    // Older browsers have it on the adapter itself.
    isFallbackAdapter:
      info.isFallbackAdapter ?? (adapter as { isFallbackAdapter?: boolean }).isFallbackAdapter ?? false,
  };
}

/** Tells whether a module with one SIMD instruction (`i32.const 0; i8x16.splat; drop`) is valid. */
function hasSimd(): boolean {
  // Safari's lockdown mode takes all of it away.
  if (typeof WebAssembly === 'undefined') return false;
  const header = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const type = [1, 4, 1, 0x60, 0, 0];
  const functions = [3, 2, 1, 0];
  const code = [10, 9, 1, 7, 0, 0x41, 0, 0xfd, 0x0f, 0x1a, 0x0b];
  return WebAssembly.validate(new Uint8Array([...header, ...type, ...functions, ...code]));
}
