/** The remedy for a failed call: a pure decision, so that every case can be tested. */
import type { ErrorCode } from '@/common/errors';
import type { BackendName } from '../backends/name';

/** The words of a device that went away by itself, which may come back. */
export const GRAPHICS_LOST = 'The graphics processor was lost.';

export interface FailedCall {
  code: ErrorCode;
  /** The backend it ran on; null where the worker had not started. */
  backend: BackendName | null;
  /** Times that this very call has run out of memory, this one included. */
  timesOutOfMemory: number;
  /** Times that this backend was lost, this one included. */
  timesLost?: number;
}

/**
 * - `fail`: the caller's own affair, nothing to repair
 * - `fail-clean`: tell the caller, and leave a fresh worker to the next call
 * - `again`: the same backend in a fresh worker
 * - `next`: the next backend in a fresh worker
 */
export type Remedy = 'fail' | 'fail-clean' | 'again' | 'next';

export function remedy({ code, backend, timesOutOfMemory, timesLost = 1 }: FailedCall): Remedy {
  // Scripts did not come: another worker asks for them again.
  if (code === 'network' && backend === null) return 'again';
  if (code === 'device-lost') {
    if (backend === null) return 'again';
    // A fresh worker has a context, or threads, of its own, and what comes after these is many times slower. After WebGPU comes
    // WebAssembly, which is at hand; WebGPU is tried once more later.
    return backend !== 'webgpu' && timesLost <= 1 ? 'again' : 'next';
  }
  if (code !== 'out-of-memory') return 'fail';
  // The memory of a graphics processor is another than the computer's own; among the backends that use that, plain
  // JavaScript has no more room than WebAssembly.
  if (backend === 'webgpu' || backend === 'webgl') return 'next';
  // Other models and pictures may have filled the heap: a fresh one holds only what this call needs.
  return timesOutOfMemory <= 1 ? 'again' : 'fail-clean';
}
