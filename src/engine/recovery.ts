/** What to do about a failed call: a pure decision, so that every case can be tested. */
import type { ErrorCode } from '../errors';
import type { BackendName } from './protocol';

export interface FailedCall {
  code: ErrorCode;
  /** The backend it ran on; null where the worker had not started. */
  backend: BackendName | null;
  /** How often this very call has run out of memory, this time included. */
  timesOutOfMemory: number;
}

/**
 * - `fail`: the caller's own affair, nothing to repair
 * - `fail-clean`: tell the caller, and leave a fresh worker to the next call
 * - `again`: the same backend in a fresh worker
 * - `next`: the next backend in a fresh worker
 */
export type Remedy = 'fail' | 'fail-clean' | 'again' | 'next';

export function remedy({ code, backend, timesOutOfMemory }: FailedCall): Remedy {
  // Scripts did not come: another worker asks for them again.
  if (code === 'network' && backend === null) return 'again';
  if (code === 'device-lost') return backend === null ? 'again' : 'next';
  if (code !== 'out-of-memory') return 'fail';
  // The memory of a graphics processor is another than the computer's own; among the backends that use that, plain
  // JavaScript has no more room than WebAssembly.
  if (backend === 'webgpu' || backend === 'webgl') return 'next';
  // Other models and pictures may have filled the heap: a fresh one holds only what this call needs.
  return timesOutOfMemory <= 1 ? 'again' : 'fail-clean';
}
