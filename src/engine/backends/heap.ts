import type { Emscripten } from '@/kernels/wasm/threadPool';
import { outOfMemory } from './common';

/** The part of Emscripten's module that tfjs allocates with. */
export interface Heap extends Emscripten {
  HEAPU8: Uint8Array;
  /** Emscripten's threads, in the build with threads. */
  PThread?: { unusedWorkers: Worker[] };
}

/**
 * A full heap makes `malloc` answer 0, and tfjs would write the tensor there, over what WebAssembly keeps at the start
 * of its memory. Throwing instead leaves the heap as it was.
 */
export function refuseNull(wasm: Heap): void {
  // Emscripten's first call puts the real function in its place.
  wasm._free(wasm._malloc(1));
  const malloc = wasm._malloc;
  wasm._malloc = (bytes) => {
    const address = malloc(bytes);
    if (address === 0 && bytes > 0) throw outOfMemory();
    return address;
  };
}
