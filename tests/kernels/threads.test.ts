/** The threads' own code on real threads, in a browser. `tests/unit/kernels/threads.test.ts` does the same in Node. */
import { expect, test } from 'vitest';
import { everyLateness, type Lateness } from '../threads/lateness';
import type { Order } from '../threads/worker';

/** Jobs at each place. */
const EACH = 1000;

function inWorker(order: Order): Promise<Lateness[]> {
  const worker = new Worker(new URL('../threads/worker.ts', import.meta.url), { type: 'module' });
  return new Promise<Lateness[]>((resolve, reject) => {
    worker.onmessage = ({ data }) => (data.results ? resolve(data.results) : reject(new Error(data.error)));
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(order);
  }).finally(() => worker.terminate());
}

function check(results: Lateness[]): void {
  expect(results.length).toBe(40);
  expect(results.filter(({ wrong }) => wrong > 0)).toEqual([]);
  // Somebody was late everywhere.
  expect(results.filter(({ paused }) => paused === 0)).toEqual([]);
}

test.each([
  { threads: 2, restless: true },
  { threads: 3, restless: false },
])(
  'in a worker $threads threads give the digits of one, whoever is late wherever',
  async (of) => {
    check(await inWorker({ ...of, each: EACH }));
  },
  120_000,
);

test("on the page's own thread, which may not sleep, too", async () => {
  check(await everyLateness(2, EACH, false));
}, 120_000);
