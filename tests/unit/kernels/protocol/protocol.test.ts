/** The threads' protocol, all interleavings of it; the one that it replaced, and changes to it, of which each must be found out. */
import { describe, expect, test } from 'vitest';
import { protocol } from '@/kernels/wasm/protocol';
import { explore, type Machine, type Scenario } from './explore';
import { formerMachine } from './former';

const { GATE, EMPTIED, TAKEN, caller, thread } = protocol();
const OPEN = 256;

const present: Machine = {
  caller,
  thread,
  first: { caller: 'clear', thread: 'look' },
  inside: ['read', 'take', 'work', 'fail', 'leave'],
  owed: ['read', 'take', 'work', 'fail', 'leave', 'tell', 'rouse'],
} as unknown as Machine;

/** Jobs differ in how many units they have, so that words of another job show. */
const SMALL: Scenario[] = [false, true].flatMap((restless) => [
  { participants: 2, jobs: [2, 1, 2, 1], restless },
  { participants: 2, jobs: [3, 1, 2], restless },
  { participants: 2, jobs: [1, -2, 2], restless },
  // The number of a job begins anew at 0, and becomes negative.
  { participants: 2, jobs: [2, 1, 2], restless, generation: 0x7fffff },
  { participants: 2, jobs: [2, 1, 2], restless, generation: 0x3fffff },
  { participants: 2, jobs: [2, 2, 1], restless, broken: [[1, 0]] as const },
]);
const LARGE: Scenario[] = [false, true].flatMap((restless) => [
  { participants: 3, jobs: [2, 1], restless },
  { participants: 3, jobs: [1, -1, 1], restless },
  { participants: 3, jobs: [2, 2], restless, broken: [[0, 1]] as const },
]);

describe('the protocol', () => {
  test.each([...SMALL, ...LARGE])(
    'holds for %j',
    (scenario) => {
      const { fault, path, states } = explore(present, scenario);
      expect(fault, path.join('\n')).toBe(null);
      expect(states).toBeGreaterThan(500);
    },
    120_000,
  );

  test('a job that has a broken unit fails, and one that has none does not', () => {
    const scenario: Scenario = { participants: 2, jobs: [2, 2], restless: true };
    // The check itself is checked: the same machine, judged by a scenario in which nothing breaks, or everything does.
    const blind = { ...present, caller: { ...present.caller, verify: () => 'done' } } as Machine;
    expect(() => explore(blind, scenario)).toThrow('0 operations');
    const deaf = { ...present, caller: { ...present.caller, verify: peek('done') } } as Machine;
    expect(explore(deaf, { ...scenario, broken: [[0, 0]] }).fault).toBe('a job ends as "done"');
    const anxious = { ...present, caller: { ...present.caller, verify: peek('failed') } } as Machine;
    expect(explore(anxious, scenario).fault).toBe('a job ends as "failed"');
  });
});

const peek = (next: string): Machine['caller'][string] => {
  return (memory) => {
    memory.load(GATE);
    return next;
  };
};

describe('the former protocol', () => {
  const scenario = (threads: number): Scenario => ({
    participants: threads + 1,
    jobs: [1, 2],
    restless: false,
  });

  test.each([1, 2])('with %i threads beside the caller is wrong when a wake-up comes late', (threads) => {
    const { fault, path } = explore(formerMachine(threads), scenario(threads));
    // Which of its faults is met first depends on the order of the search.
    expect(fault).toMatch(
      /workspaces|written while|done twice|another job|being written|for ever|comes back/,
    );
    const sequence = path.filter((step) => /begin|wake|see/.test(step));
    // Some thread was awake before it was woken, and was then woken again.
    expect(sequence.indexOf('caller: begin')).toBeLessThan(sequence.indexOf('thread 1: see'));
    expect(sequence.filter((step) => step === 'thread 1: see').length).toBeGreaterThan(1);
  });

  test('is right where a thread looks again after it has slept', () => {
    const machine = formerMachine(1);
    machine.thread.see = (memory, me) => {
      const before = me.gate;
      me.gate = memory.load(GATE);
      return me.gate === before ? 'sleep' : 'place';
    };
    expect(explore(machine, scenario(1)).fault).toBe(null);
  });
});

describe('changes to the protocol are found out', () => {
  interface Change {
    what: string;
    side: 'caller' | 'thread';
    steps: Machine['caller'];
    fault: RegExp;
    jobs?: number[];
  }
  const changes: Change[] = [
    {
      what: 'a thread gets in without looking whether the gate is still open',
      side: 'thread',
      steps: {
        claim(memory) {
          memory.add(GATE, 1);
          return 'read';
        },
      },
      fault: /written while|being written|comes back/,
    },
    {
      what: 'a thread looks and gets in by two operations',
      side: 'thread',
      steps: {
        claim: (memory) => ((memory.load(GATE) & OPEN) === 0 ? 'look' : 'enter'),
        enter(memory) {
          memory.add(GATE, 1);
          return 'read';
        },
      },
      fault: /written while|being written|comes back/,
    },
    {
      what: 'the gate is not closed',
      side: 'caller',
      steps: {
        take(memory, me) {
          me.unit = memory.add(TAKEN, 1);
          return me.unit < me.units ? 'work' : 'listen';
        },
      },
      fault: /written while|comes back|being written|another job/,
    },
    {
      what: 'the caller does not wait',
      side: 'caller',
      steps: {
        close(memory) {
          memory.and(GATE, ~OPEN);
          return 'verify';
        },
      },
      fault: /comes back/,
    },
    {
      what: 'a thread reads the words before it has got in',
      side: 'thread',
      steps: {
        look(memory, me) {
          me.gate = memory.load(GATE);
          return (me.gate & OPEN) === 0 ? 'sleep' : 'peek';
        },
        peek(memory, me) {
          me.units = memory.units();
          return 'claim';
        },
        claim: (memory, me) =>
          memory.compareExchange(GATE, me.gate, me.gate + 1) === me.gate ? 'take' : 'look',
      },
      fault: /being written|another job/,
    },
    {
      what: 'a thread leaves before its last unit is done',
      side: 'thread',
      steps: {
        work(memory) {
          memory.add(GATE, -1);
          return 'late';
        },
        late(memory, me) {
          memory.work(me.unit, me.place);
          return 'sleep';
        },
      },
      fault: /another job|done twice|is not done|comes back/,
    },
    {
      what: 'units are taken by a look and a write',
      side: 'thread',
      steps: {
        take(memory, me) {
          me.unit = memory.load(TAKEN);
          return 'note';
        },
        note(memory, me) {
          memory.store(TAKEN, me.unit + 1);
          return me.unit < me.units ? 'work' : 'leave';
        },
      },
      fault: /done twice/,
    },
    {
      what: 'the last thread wakes nobody',
      side: 'thread',
      steps: {
        tell(memory) {
          memory.add(EMPTIED, 1);
          return 'look';
        },
      },
      fault: /for ever/,
    },
    {
      what: 'the last thread wakes the caller and changes nothing before',
      side: 'thread',
      steps: {
        tell(memory) {
          memory.load(EMPTIED);
          return 'rouse';
        },
      },
      fault: /for ever/,
    },
    {
      what: 'the caller counts before it listens',
      side: 'caller',
      steps: {
        close(memory, me) {
          me.gate = memory.and(GATE, ~OPEN) & ~OPEN;
          return 'count';
        },
        count: (memory) => ((memory.load(GATE) & 255) === 0 ? 'verify' : 'listen'),
        listen(memory, me) {
          me.emptied = memory.load(EMPTIED);
          return 'await';
        },
        await(memory, me) {
          memory.wait(EMPTIED, me.emptied);
          return 'count';
        },
      },
      fault: /for ever/,
    },
    {
      what: 'the caller waits for a thread that has not begun',
      side: 'caller',
      jobs: [2],
      steps: {
        close(memory) {
          memory.and(GATE, ~OPEN);
          return 'listen';
        },
        count: (memory) => (memory.load(EMPTIED) === 0 ? 'await' : 'verify'),
      },
      fault: /for ever/,
    },
    {
      what: 'a failed unit is not looked for',
      side: 'caller',
      steps: { verify: peek('done') },
      fault: /ends as "done"/,
    },
  ];

  test.each(changes)('$what', ({ side, steps, fault, jobs = [2, 1] }) => {
    const changed: Machine = {
      ...present,
      [side]: { ...present[side], ...steps },
      inside: [...present.inside, 'note', 'late'],
      owed: [...present.owed, 'note', 'late', 'enter'],
    };
    const faults = [false, true].flatMap((restless) =>
      [[], [[jobs.length - 1, 0] as const]].map(
        (broken) => explore(changed, { participants: 2, jobs, restless, broken }).fault,
      ),
    );
    expect(faults.find((each) => each !== null)).toMatch(fault);
  });
});
