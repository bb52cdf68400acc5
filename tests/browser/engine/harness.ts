/** A page with nothing on it but the engine, for tests to drive from outside. */
import { createEngine, type WorkerPort } from '@/engine/client/client';
import type { Engine } from '@/engine/protocol';
import type { Fault } from './faulty-worker';
import { pattern } from './pattern';

/** An engine whose workers can be made to fail. */
export interface FaultyEngine {
  engine: Engine;
  /** Workers spawned so far. */
  spawned(): number;
  /** Makes the newest worker fail. */
  fail(fault: Fault): void;
}

export interface Harness {
  createEngine: typeof createEngine;
  /** @param always a fault that every worker has from its beginning */
  createFaultyEngine(always?: Fault): FaultyEngine;
  pattern: typeof pattern;
}

declare global {
  interface Window {
    harness: Harness;
  }
}

function createFaultyEngine(always?: Fault): FaultyEngine {
  const workers: Worker[] = [];
  const spawn = (): WorkerPort => {
    const worker = new Worker(new URL('./faulty-worker.ts', import.meta.url), { type: 'module' });
    if (always) worker.postMessage({ fault: always });
    workers.push(worker);
    return worker;
  };
  return {
    engine: createEngine({ spawn }),
    spawned: () => workers.length,
    fail: (fault) => workers.at(-1)!.postMessage({ fault }),
  };
}

window.harness = { createEngine, createFaultyEngine, pattern };
