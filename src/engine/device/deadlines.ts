/**
 * Time for which something may give no sign of life before it is taken for dead. Signs come with every layer, and every other
 * second while a worker waits for something (`src/common/rpc.ts`). Slow is not dead: a decode of the largest picture in
 * WebAssembly on one slow core takes some minutes, in software on a graphics interface half an hour, and the longest of its
 * layers about a sixth of that. docs/losses.md has the same table for people.
 */

import type { BackendName } from '../backends/name';
import { isSoftwareName } from './device';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** The browser's answer to a request for a WebGPU adapter or device; half a second is usual where a process has to be started first. */
export const REQUEST = 20 * SECOND;

/**
 * Deadline of one layer, or of one readback, milliseconds.
 * @param name what computes, as the device names itself or as the report labels it
 */
export function layerDeadline(backend: BackendName, name = ''): number {
  if (backend === 'cpu' || ((backend === 'webgpu' || backend === 'webgl') && isSoftwareName(name)))
    return 60 * MINUTE;
  return backend === 'wasm' ? 10 * MINUTE : 3 * MINUTE;
}

/** `work`, or a rejection with `error` where it has not settled in time. */
export async function within<T>(milliseconds: number, work: Promise<T>, error: () => Error): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(error()), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The words for something that gave no sign of life: "The computation gave no sign of life for 3 minutes." */
export function silentFor(milliseconds: number): string {
  const minutes = Math.max(1, Math.round(milliseconds / MINUTE));
  return `The computation gave no sign of life for ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.`;
}
