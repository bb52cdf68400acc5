import type { WorkerPort } from '@/engine/client/client';

/** A contender's worker in a browser. */
export function spawnContender(): WorkerPort {
  return new Worker(new URL('./contenders/worker.ts', import.meta.url), { type: 'module' });
}
