import { expect, test } from 'vitest';
import { Gate } from '../../../src/weights/hub/gate';
import { frontier, nextPart, partsOf } from '../../../src/weights/hub/parts';
import { Reporter } from '../../../src/weights/hub/reporter';
import { Answered } from '../../../src/weights/hub/request';
import type { Transfer } from '../../../src/weights/transfer';

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

const clock = () => {
  const state = { time: 1000 };
  const sleep = async (milliseconds: number) => {
    state.time += milliseconds;
  };
  return { state, network: { fetch, now: () => state.time, sleep, random: () => 1 } };
};

test('after each failure in a row the wait is twice as long, up to a limit; a byte ends the row', async () => {
  const { state, network } = clock();
  const gate = new Gate(network);
  const waits: number[] = [];
  const fail = async (error: unknown) => {
    gate.fail(await gate.pass(), error);
    waits.push(gate.until - state.time);
  };
  for (let turn = 0; turn < 5; turn++) await fail(new TypeError('Failed to fetch'));
  gate.succeed();
  await fail(new Answered(503, null));
  await fail(new Answered(429, 3500));
  await fail(new Answered(429, 1e9));
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16000, 1000, 3500, 60000]);
  await fail(new TypeError());
  await fail(new TypeError());
  await expect(fail(new TypeError())).rejects.toMatchObject({ code: 'network' });
});

test('lanes that fail together count as one failure', async () => {
  const gate = new Gate(clock().network);
  const rounds = await Promise.all(Array.from({ length: 20 }, () => gate.pass()));
  for (const round of rounds) gate.fail(round, new TypeError());
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
