/** Starts the worker of the page. The package has its own way (element/packaged/spawn.ts). */

import { addressOfWorker, StartingWorker } from './starting';
import type { WorkerPort } from './workerSession';

/**
 * A worker that comes from an address has the policy that its host sends with it, which on most hosts is none; one that is made of
 * text has that of the page (src/pagePolicy), and may ask no more than the page may.
 */
export function spawnWorker(): WorkerPort {
  const { address, options } = addressOfWorker(
    () => new Worker(new URL('../worker/worker.ts', import.meta.url), { type: 'module' }),
  );
  // The development server has no policy, and gives files addresses that mean nothing to a worker made of text.
  return new StartingWorker(address, options, import.meta.env.PROD);
}
