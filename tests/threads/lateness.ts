/**
 * Conditions that hold wherever threads are late: the same digits as on one thread, and an end. The same in Node and in a browser.
 */
import { type SpawnThread, spawnWorkerThread } from '@/kernels/wasm/thread';
import type { ThreadPool } from '@/kernels/wasm/threadPool';
import { bareBackend, Jobs, startPool } from './jobs';
import { Pauses, PLACES } from './pauses';

export interface Lateness {
  place: string;
  /** Jobs that gave other digits. */
  wrong: number;
  /** Number of times that somebody was late there. */
  paused: number;
}

/** Somebody is to be late so often at each place, for which it may take longer: milliseconds. */
const FEWEST = 20;
const LONGEST = 10_000;

/** Steps at which nobody is in a run in which nothing fails. */
const NEVER = /: fail,/;

/**
 * Runs jobs with somebody late at one place after the other.
 * @param each jobs for each place
 * @param restless whether nobody spins: all sleep at once
 */
export async function everyLateness(
  threads: number,
  each: number,
  restless: boolean,
  spawn: SpawnThread = spawnWorkerThread,
): Promise<Lateness[]> {
  const backend = bareBackend();
  const pauses = new Pauses();
  const pool: ThreadPool = await startPool(backend, threads, {
    spawn: pauses.inThreads(spawn),
    pause: pauses.ofCaller,
    insist: true,
    timing: { spins: restless ? 0 : 2000, nap: 1000 },
    patience: { start: 20_000, end: 20_000 },
  });
  try {
    if (pool.running !== threads) throw new Error(`Only ${pool.running} of ${threads} threads run.`);
    const jobs = await Jobs.prepare(pool, backend);
    const results: Lateness[] = [];
    for (const place of PLACES.filter((name) => !NEVER.test(name))) {
      pauses.at(place);
      let wrong = jobs.run(each);
      // On a busy machine a thread may sleep through them all.
      const end = performance.now() + LONGEST;
      while (pauses.count < FEWEST && performance.now() < end) wrong += jobs.run(100);
      results.push({ place, wrong, paused: pauses.count });
    }
    return results;
  } finally {
    pool.dispose();
  }
}
