import { expect, test } from 'vitest';
import { frontier, nextPart, partsOf } from '@/models/hub/parts';
import { Reporter } from '@/models/hub/reporter';
import { HttpError } from '@/models/hub/request';
import { RetryBackoff } from '@/models/hub/retryBackoff';
import type { Transfer } from '@/models/transfer';

const parts = (here: [number, number][] = []) => partsOf(95, 10, new Map(here));

test('a file is cut into parts of one length, and a shorter last one', () => {
  expect(parts([[9, 3]]).slice(8)).toEqual([
    { index: 8, start: 80, length: 10, here: 0 },
    { index: 9, start: 90, length: 5, here: 3 },
  ]);
});

test('all bytes are here up to the first gap', () => {
  const some = parts([
    [0, 10],
    [1, 4],
    [2, 10],
    [3, 10],
    [9, 5],
  ]);
  expect([0, 5, 14, 16, 20, 30, 40, 90, 95].map((offset) => frontier(some, offset))).toEqual([
    14, 14, 14, 16, 40, 40, 40, 95, 95,
  ]);
});

test('what somebody waits for comes first, then what follows on the last read, then the rest', () => {
  const some = parts([
    [5, 10],
    [7, 3],
  ]);
  const next = (taken: number[], spans: [number, number][], position: number) =>
    nextPart(
      some,
      new Set(taken.map((index) => some[index])),
      spans.map(([offset, length]) => ({ offset, length })),
      position,
    )?.index;
  expect(next([], [[61, 5]], 66)).toBe(6);
  expect(next([6], [[61, 5]], 66)).toBe(7);
  // The bytes that are waited for are here already: others of their part are not wanted more than the rest.
  expect(next([], [[70, 3]], 0)).toBe(0);
  expect(next([], [[70, 4]], 0)).toBe(7);
  expect(next([6, 7, 8, 9], [], 66)).toBe(0);
  expect(next([0, 1, 2, 3, 4, 6, 7, 8, 9], [], 0)).toBeUndefined();
});

const FILE = { hub: 'https://hub.invalid', repository: 'a/b', revision: 'main', path: 'c' };

const clock = () => {
  const state = { time: 1000 };
  const sleep = async (milliseconds: number) => {
    state.time += milliseconds;
  };
  const now = () => state.time;
  const network = {
    fetch,
    now,
    elapsed: now,
    sleep,
    random: () => 1,
    offline: () => false,
    isolated: () => false,
    policy: () => null,
  };
  return { state, network };
};

test('after each failure in a row the wait is twice as long, up to a limit; a byte ends the row', async () => {
  const { state, network } = clock();
  const gate = new RetryBackoff(network);
  const waits: number[] = [];
  const fail = async (error: unknown) => {
    await gate.fail(await gate.pass(), error, FILE);
    waits.push(gate.until - state.time);
  };
  for (let turn = 0; turn < 5; turn++) await fail(new TypeError('Failed to fetch'));
  gate.succeed();
  await fail(new HttpError(503, null));
  await fail(new HttpError(429, 3500));
  await fail(new HttpError(429, 600_000));
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16000, 1000, 3500, 600_000]);
  await fail(new TypeError());
  await fail(new TypeError());
  await expect(fail(new TypeError())).rejects.toMatchObject({ code: 'network' });
});

test('"at once" is no licence to ask at once, and a hub that only says "too often" is left alone for minutes', async () => {
  const { state, network } = clock();
  const waits = async (error: HttpError) => {
    const gate = new RetryBackoff(network);
    const found: number[] = [];
    for (let turn = 0; turn < 5; turn++) {
      await gate.fail(await gate.pass(), error, FILE);
      found.push((gate.until - state.time) / 1000);
    }
    return found;
  };
  expect(await waits(new HttpError(429, 0))).toEqual([1, 2, 4, 8, 16]);
  expect(await waits(new HttpError(503, 3000))).toEqual([3, 3, 4, 8, 16]);
  expect(await waits(new HttpError(429, null))).toEqual([75, 150, 300, 375, 375]);
});

test('a hub that asks for more than a day is not waited for, and it is said until when', async () => {
  const { network } = clock();
  const gate = new RetryBackoff({ ...network, now: () => Date.UTC(2030, 0, 1) });
  await expect(gate.fail(0, new HttpError(429, 40 * 86_400_000), FILE)).rejects.toMatchObject({
    code: 'network',
    message:
      'The hub answers too many requests at the moment. It asks not to be asked again before 2030-02-10.',
  });
});

test('a computer whose clock is set back tries again when it would have', async () => {
  const { state, network } = clock();
  let date = 1e12;
  const gate = new RetryBackoff({ ...network, now: () => date });
  await gate.fail(0, new HttpError(503, 7000), FILE);
  date -= 3600_000;
  expect(gate.until - date).toBe(7000);
  await gate.pass();
  expect(state.time).toBe(8000);
});

test('a wait ends by hand at once', async () => {
  const { state, network } = clock();
  const gate = new RetryBackoff(network);
  await gate.fail(0, new HttpError(429, 3600_000), FILE);
  const passing = gate.pass();
  gate.reset();
  await passing;
  expect(state.time).toBeLessThan(3000);
});

test('lanes that fail together count as one failure', async () => {
  const gate = new RetryBackoff(clock().network);
  const rounds = await Promise.all(Array.from({ length: 20 }, () => gate.pass()));
  for (const round of rounds) await gate.fail(round, new TypeError(), FILE);
  expect(gate.until).toBe(2000);
});

test('progress is told every tenth of a second and at each change of state, with the rate of the last seconds', () => {
  const { state, network } = clock();
  const reports: Transfer[] = [];
  const progress = { state: 'downloading' as Transfer['state'], received: 0, total: 100_000 };
  const reporter = new Reporter(
    network,
    (report) => reports.push(report),
    () => progress,
  );
  for (let turn = 0; turn < 100; turn++) {
    state.time += 50;
    progress.received += 500;
    reporter.add(500);
  }
  expect(reports).toHaveLength(50);
  expect(reports[3]).toMatchObject({ bytesPerSecond: null, secondsLeft: null });
  expect(reports.at(-1)!.bytesPerSecond).toBeCloseTo(10_000, 6);
  expect(reports.at(-1)!.secondsLeft).toBeCloseTo(5, 1);
  progress.state = 'paused';
  reporter.update();
  expect(reports.at(-1)).toMatchObject({ state: 'paused', bytesPerSecond: null });
  // What was before the pause says nothing about the rate after it.
  state.time += 60_000;
  progress.state = 'downloading';
  reporter.add(500);
  expect(reports.at(-1)).toMatchObject({ state: 'downloading', bytesPerSecond: null });
  reporter.end();
});
