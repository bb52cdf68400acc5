/** Finds out what `device.ts` decides on. Runs in the worker. */
import type { AdapterFacts, MachineFacts } from './device';

export interface Probe {
  facts: MachineFacts;
  /** For the WebGPU backend to make its device of. */
  adapter: GPUAdapter | null;
}

/** Asks the browser what there is to compute with. Never rejects: what fails is not there. */
export async function probeMachine(): Promise<Probe> {
  const adapter = await requestAdapter();
  return {
    adapter,
    facts: {
      webgpu: adapter ? adapterFacts(adapter) : navigator.gpu ? 'none' : 'unsupported',
      simd: hasSimd(),
      isolated: globalThis.crossOriginIsolated === true && typeof SharedArrayBuffer !== 'undefined',
      cores: navigator.hardwareConcurrency || 1,
    },
  };
}

/** Milliseconds; half a second is usual where the graphics process has to be started first. */
const ADAPTER_PATIENCE = 20_000;

async function requestAdapter(): Promise<GPUAdapter | null> {
  try {
    const request = navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
    // A browser whose graphics process hangs never answers.
    const tooLong = new Promise<null>((resolve) => setTimeout(resolve, ADAPTER_PATIENCE, null));
    return (await Promise.race([request, tooLong])) ?? null;
  } catch {
    return null;
  }
}

/** What an adapter says of itself; nothing in browsers older than `GPUAdapter.info` (Chrome before 127). */
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

/** Whether a module with one SIMD instruction (`i32.const 0; i8x16.splat; drop`) is valid. */
function hasSimd(): boolean {
  const header = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const type = [1, 4, 1, 0x60, 0, 0];
  const functions = [3, 2, 1, 0];
  const code = [10, 9, 1, 7, 0, 0x41, 0, 0xfd, 0x0f, 0x1a, 0x0b];
  return WebAssembly.validate(new Uint8Array([...header, ...type, ...functions, ...code]));
}
