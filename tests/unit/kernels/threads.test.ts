/** The threads' own code on real threads, in Node. `tests/kernels/threads.test.ts` does the same in a browser. */
import { afterEach, describe, expect, test } from 'vitest';
import type { SpawnThread } from '@/kernels/wasm/thread';
import { type ThreadPool, type ThreadPoolOptions, ThreadsStopped } from '@/kernels/wasm/threadPool';
import { bareBackend, Jobs, startPool } from '../../threads/jobs';
import { everyLateness } from '../../threads/lateness';
import { spawnNodeThread } from '../../threads/node';

/**
 * Jobs at each place. Of two threads that spin and three that sleep 1,000 here, of the other two 1,000 in a browser: each takes a
 * minute where the cores are busy. LATE_JOBS sets one number for all.
 */
const { LATE_JOBS } = process.env;

test.each([
  { threads: 2, restless: false, each: 1000 },
  { threads: 2, restless: true, each: 250 },
  { threads: 3, restless: false, each: 250 },
  { threads: 3, restless: true, each: 1000 },
])(
  '$threads threads give the digits of one, whoever is late wherever; asleep at once: $restless',
  async ({ threads, restless, each }) => {
    const results = await everyLateness(threads, Number(LATE_JOBS ?? each), restless, spawnNodeThread);
    expect(results.filter(({ wrong }) => wrong > 0)).toEqual([]);
    expect(results.filter(({ paused }) => paused === 0)).toEqual([]);
    expect(results.length).toBe(40);
  },
  120_000,
);

describe('threads that fail', () => {
  const pools: ThreadPool[] = [];
  afterEach(() => {
    for (const pool of pools.splice(0)) pool.dispose();
  });

  async function start(options: ThreadPoolOptions, threads = 2) {
    const backend = bareBackend();
    const pool = await startPool(backend, threads, { spawn: spawnNodeThread, insist: true, ...options });
    pools.push(pool);
    return { pool, jobs: await Jobs.prepare(pool, backend) };
  }

  /** Threads with something run before what they run. */
  const preceded =
    (prelude: string): SpawnThread =>
    (source, message) =>
      spawnNodeThread(`${prelude}\n${source}`, message);

  /** Gives the threads time to get in. */
  const slow = (step: string, when: string) => {
    if (step !== 'wake' || when !== 'after') return;
    const end = performance.now() + 20;
    while (performance.now() < end);
  };

  test('in the middle of a job: it is an error, then and later, and no number', async () => {
    const { pool, jobs } = await start({
      spawn: preceded(`globalThis.pause = (step) => { if (step === 'work') for (;;); };`),
      pause: slow,
      patience: { start: 5000, end: 300 },
    });
    const begin = performance.now();
    expect(() => jobs.run(20)).toThrow(
      new ThreadsStopped('A thread of the kernels has not answered for 0 s.'),
    );
    expect(performance.now() - begin).toBeLessThan(10_000);
    expect(() => pool.run({ OPERATION: 0, UNITS: 0 })).toThrow(ThreadsStopped);
  });

  test('at a unit: it is an error at once', async () => {
    const { jobs } = await start({
      spawn: preceded(
        `WebAssembly.Instance = class { exports = { work() { throw new Error('broken'); } }; };`,
      ),
      pause: slow,
    });
    const begin = performance.now();
    expect(() => jobs.run(20)).toThrow(new ThreadsStopped('A thread of the kernels failed.'));
    expect(performance.now() - begin).toBeLessThan(5000);
  });

  test('asleep: the others go on without them', async () => {
    const { jobs } = await start({
      spawn: preceded(
        `globalThis.pause = (step, when) => { if (step === 'leave' && when === 'after') for (;;); };`,
      ),
      pause: slow,
    });
    expect(jobs.run(20)).toBe(0);
  });

  test("where the caller's own unit fails, the others are waited for and it is its error", async () => {
    let inside = 0;
    const { pool } = await start({ spawn: preceded('globalThis.pause = () => {};') });
    const work = (pool as unknown as { kernels: { work(): void } }).kernels;
    Object.defineProperty(pool, 'kernels', {
      value: {
        ...work,
        work: () => {
          inside += 1;
          throw new RangeError('full');
        },
      },
    });
    expect(() => pool.run({ OPERATION: -1, UNITS: 1 })).toThrow(new RangeError('full'));
    expect(inside).toBe(1);
  });

  test('to start: one that says so, and one that says nothing, are done without', async () => {
    const silent: SpawnThread = () => ({ ready: new Promise(() => {}), terminate() {} });
    const failing: SpawnThread = () => ({ ready: Promise.reject(new Error('no')), terminate() {} });
    const spawns = [silent, failing, spawnNodeThread];
    const begin = performance.now();
    const { pool, jobs } = await start(
      {
        spawn: (source, message) => spawns[message.place - 1](source, message),
        patience: { start: 1000, end: 5000 },
      },
      4,
    );
    expect(performance.now() - begin).toBeLessThan(5000);
    expect([pool.threads, pool.running]).toEqual([4, 2]);
    expect(jobs.run(100)).toBe(0);
  });

  test('to come in time: one that comes while jobs run joins them', async () => {
    let join = () => {};
    const late: SpawnThread = (source, message) => {
      const ready = new Promise<void>((resolve, reject) => {
        join = () => spawnNodeThread(source, message).ready.then(resolve, reject);
      });
      return { ready, terminate() {} };
    };
    const { pool, jobs } = await start({ spawn: late, patience: { start: 1, end: 5000 } });
    expect(pool.running).toBe(1);
    expect(jobs.run(50)).toBe(0);
    join();
    while (pool.running === 1) {
      expect(jobs.run(50)).toBe(0);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(pool.running).toBe(2);
    expect(jobs.run(200)).toBe(0);
  });
});
