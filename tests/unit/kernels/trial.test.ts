/** Tests of how many threads are kept: the decision by itself, and threads of Node on this very machine. */
import { availableParallelism } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import type { SpawnThread } from '@/kernels/wasm/thread';
import { ThreadPool, type ThreadPoolOptions } from '@/kernels/wasm/threadPool';
import { usefulThreads } from '@/kernels/wasm/trial';
import { bareBackend, Jobs } from '../../threads/jobs';
import { spawnNodeThread } from '../../threads/node';

describe('the decision', () => {
  const decide = (threads: number, ...had: (number | null)[]) => {
    const rest = [...had];
    let time = 0;
    const trial = (milliseconds: number) => {
      time += milliseconds;
      return rest.shift() ?? null;
    };
    const kept = usefulThreads(threads, trial, () => time);
    return { kept, trials: had.length - rest.length };
  };

  test('keeps all where they had cores, after one trial', () => {
    expect(decide(8, 7.6, 1, 1)).toEqual({ kept: 8, trials: 1 });
    // The page that starts beside them takes a core at times.
    expect(decide(4, 2.9, 1, 1)).toEqual({ kept: 4, trials: 1 });
  });

  test('keeps as many as had cores in the best of three trials', () => {
    expect(decide(4, 1.4, 1.96, 1.9)).toEqual({ kept: 2, trials: 3 });
    expect(decide(8, 2.1, 4.2, 3.9)).toEqual({ kept: 4, trials: 3 });
  });

  test('sends none away for one bad moment, nor by a clock that is too coarse', () => {
    expect(decide(4, 1.4, 3.8, 1)).toEqual({ kept: 4, trials: 2 });
    expect(decide(8, null)).toEqual({ kept: 8, trials: 1 });
  });

  test('leaves two to be judged job by job, and takes no time for them', () => {
    expect(decide(2, 0.9)).toEqual({ kept: 2, trials: 0 });
    expect(decide(8, 0.9, 0.8, 1)).toEqual({ kept: 2, trials: 3 });
  });
});

describe('threads of Node', () => {
  const pools: ThreadPool[] = [];
  afterEach(() => {
    for (const pool of pools.splice(0)) pool.dispose();
  });

  async function start(threads: number, options: ThreadPoolOptions = {}) {
    const backend = bareBackend();
    const pool = (await ThreadPool.start(backend, threads, {
      fused: false,
      spawn: spawnNodeThread,
      ...options,
    }))!;
    pools.push(pool);
    return { pool, jobs: await Jobs.prepare(pool, backend) };
  }

  test('where eight are asked for, at most as many stay as there are cores', async () => {
    const cores = Math.max(2, availableParallelism());
    let { pool, jobs } = await start(8);
    // Where the system hands a core on in short slices, as between many processes, more threads seem to have one of their own.
    for (let again = 0; again < 4 && pool.running > cores; again++) ({ pool, jobs } = await start(8));
    expect(pool.running).toBeLessThanOrEqual(Math.min(8, cores));
    expect(pool.running + pool.surplus).toBe(8);
    expect(jobs.run(200)).toBe(0);
  });

  test('those that are sent away have never been in a job, and are not missed', async () => {
    const ended: number[] = [];
    const spawn: SpawnThread = (source, message) => {
      const thread = spawnNodeThread(source, message);
      return {
        ready: thread.ready,
        terminate() {
          ended.push(message.place);
          thread.terminate();
        },
      };
    };
    const { pool, jobs } = await start(5, { spawn, cores: () => 2.2 });
    expect([pool.running, pool.surplus, ended]).toEqual([2, 3, [2, 3, 4]]);
    expect(jobs.run(200)).toBe(0);
  });

  test('all stay where they are insisted on', async () => {
    const { pool } = await start(5, { insist: true, cores: () => 1 });
    expect([pool.running, pool.surplus]).toEqual([5, 0]);
  });
});
