/** Starts the worker of the page. The package has its own way (embedding/packaged/spawn.ts). */
import type { WorkerPort } from './session';
import { addressOfWorker, StartingWorker } from './starting';

export function spawnWorker(): WorkerPort {
  const { address, options } = addressOfWorker(
    () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }),
  );
  return new StartingWorker(address, options);
}
