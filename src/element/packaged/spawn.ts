/**
 * Takes the place of src/engine/client/spawn.ts in the package. A bundler knows the expression `new Worker(new URL(...))` and builds
 * the worker anew; without a bundler it is the file beside the package's chunks.
 */

import { addressOfWorker, StartingWorker } from '@/engine/client/starting';
import type { WorkerPort } from '@/engine/client/workerSession';

export function spawnWorker(): WorkerPort {
  const { address, options } = addressOfWorker(
    () => new Worker(new URL(/* @vite-ignore */ '../worker.js', import.meta.url), { type: 'module' }),
  );
  return new StartingWorker(address, options);
}
