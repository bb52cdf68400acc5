/**
 * The protocol by which threads share a job: a state machine, which the threads execute and which `tests/unit/kernels/protocol`
 * explores exhaustively. `docs/threads.md` draws it and says what was verified.
 *
 * Each step does one atomic operation on shared memory, or touches a job's plain words or its data, and names the next step. So
 * whatever the processors and the operating system do, what happens is some interleaving of these steps.
 */

/** The steps of whoever has a job done. `done` and `failed` end it. */
export type CallerStep =
  | 'clear'
  | 'describe'
  | 'open'
  | 'wake'
  | 'take'
  | 'work'
  | 'fail'
  | 'close'
  | 'listen'
  | 'count'
  | 'await'
  | 'verify'
  | 'done'
  | 'failed';

/** The steps of a thread that helps, for as long as it lives. */
export type ThreadStep =
  | 'look'
  | 'claim'
  | 'read'
  | 'take'
  | 'work'
  | 'fail'
  | 'leave'
  | 'tell'
  | 'rouse'
  | 'sleep';

/** The operations of the steps on memory. Atomic operations answer what was there before. */
export interface SharedMemory {
  load(word: number): number;
  store(word: number, value: number): void;
  add(word: number, value: number): number;
  and(word: number, value: number): number;
  compareExchange(word: number, expected: number, value: number): number;
  /** Sleeps as long as the word has this value and nobody notifies; may come back at any time. */
  wait(word: number, value: number): void;
  /** Wakes all who sleep on the word. */
  notify(word: number): void;
  /** Makes all words of the job zero. Not atomic, as the next three. */
  clear(): void;
  /** Writes the words of the job. @returns how many units it has */
  describe(): number;
  /** Reads how many units the job has. */
  units(): number;
  /** Does one unit. @param place who does it: each has a workspace of its own @returns whether it went well */
  work(unit: number, place: number): boolean;
}

/** The state that a participant keeps from one step to the next. */
export interface Participant {
  /** 0 is the caller, others from 1 on: fixed for life. */
  readonly place: number;
  /** The gate as it was last seen. */
  gate: number;
  /** Units of the job, and the one that was taken last. */
  units: number;
  unit: number;
  /** The caller's: how often a closed job had emptied; nobody is to be let in. */
  emptied: number;
  alone: boolean;
  /** A thread's: the generation of the job that it was last in; -1: none. */
  generation: number;
}

export type Steps<At extends string> = Record<At, (memory: SharedMemory, me: Participant) => At>;
type CallerSteps = Steps<CallerStep>;
type ThreadSteps = Steps<ThreadStep>;

/** Called before and after each step, by tests that delay it. */
export type Pause = (step: string, when: 'before' | 'after') => void;

/**
 * The words, and the steps of both sides.
 *
 * Threads get this function as text, because a worker that is made of a file of its own cannot be embedded in other sites'
 * pages: it may refer to nothing outside itself.
 */
export function protocol() {
  /** Bits 0 to 7: how many threads are in the job. Bit 8: whether more are let in. The rest: a number of the job's. */
  const GATE = 0;
  /** Times that the last thread has left a job that was closed. */
  const EMPTIED = 1;
  /** 1 where a unit has gone wrong, else 0. */
  const FAILED = 2;
  /** Units of the job that were taken; in a line of the cache of its own. */
  const TAKEN = 16;
  /** The first of the job's own words, and the one among them that holds the number of its units (`fields.ts`). */
  const JOB = 32;
  const UNITS = 0;

  const INSIDE = 255;
  const OPEN = 256;
  const generationOf = (gate: number) => gate >>> 9;
  /** The gate of the next job: open, nobody inside. */
  const opened = (gate: number) => ((generationOf(gate) + 1) << 9) | OPEN;

  const caller: CallerSteps = {
    // Nobody is in a job, and nobody gets in: the gate is closed.
    clear(memory) {
      memory.clear();
      return 'describe';
    },
    describe(memory, me) {
      me.units = memory.describe();
      return me.alone ? 'take' : 'open';
    },
    open(memory, me) {
      me.gate = opened(me.gate);
      memory.store(GATE, me.gate);
      return 'wake';
    },
    wake(memory) {
      memory.notify(GATE);
      return 'take';
    },
    take(memory, me) {
      me.unit = memory.add(TAKEN, 1);
      return me.unit < me.units ? 'work' : 'close';
    },
    work(memory, me) {
      return memory.work(me.unit, me.place) ? 'take' : 'fail';
    },
    fail(memory) {
      memory.store(FAILED, 1);
      return 'close';
    },
    // From here on whoever is late stays outside. Those inside have begun, and are waited for.
    close(memory, me) {
      me.gate = memory.and(GATE, ~OPEN) & ~OPEN;
      return (me.gate & INSIDE) === 0 ? 'verify' : 'listen';
    },
    // Looked at before the threads are counted: whoever leaves after that changes it, and there is no sleeping on.
    listen(memory, me) {
      me.emptied = memory.load(EMPTIED);
      return 'count';
    },
    count(memory, me) {
      me.gate = memory.load(GATE);
      return (me.gate & INSIDE) === 0 ? 'verify' : 'await';
    },
    await(memory, me) {
      memory.wait(EMPTIED, me.emptied);
      return 'listen';
    },
    verify(memory) {
      return memory.load(FAILED) === 0 ? 'done' : 'failed';
    },
    done: () => 'done',
    failed: () => 'failed',
  };

  const thread: ThreadSteps = {
    look(memory, me) {
      me.gate = memory.load(GATE);
      return (me.gate & OPEN) !== 0 && generationOf(me.gate) !== me.generation ? 'claim' : 'sleep';
    },
    // It gets in only through the gate that it has seen: had the job been closed meanwhile, the gate would be another.
    claim(memory, me) {
      return memory.compareExchange(GATE, me.gate, me.gate + 1) === me.gate ? 'read' : 'look';
    },
    read(memory, me) {
      me.units = memory.units();
      return 'take';
    },
    take(memory, me) {
      me.unit = memory.add(TAKEN, 1);
      return me.unit < me.units ? 'work' : 'leave';
    },
    work(memory, me) {
      return memory.work(me.unit, me.place) ? 'take' : 'fail';
    },
    fail(memory) {
      memory.store(FAILED, 1);
      return 'leave';
    },
    leave(memory, me) {
      me.gate = memory.add(GATE, -1) - 1;
      me.generation = generationOf(me.gate);
      return (me.gate & (OPEN | INSIDE)) === 0 ? 'tell' : 'sleep';
    },
    tell(memory) {
      memory.add(EMPTIED, 1);
      return 'rouse';
    },
    rouse(memory) {
      memory.notify(EMPTIED);
      return 'look';
    },
    sleep(memory, me) {
      memory.wait(GATE, me.gate);
      return 'look';
    },
  };

  /** Goes from step to step, to one of `ends`. */
  function follow<At extends string>(
    steps: Steps<At>,
    first: At,
    ends: readonly At[],
    memory: SharedMemory,
    me: Participant,
    pause?: Pause,
  ): At {
    let at = first;
    while (!ends.includes(at)) {
      pause?.(at, 'before');
      const next = steps[at](memory, me);
      pause?.(at, 'after');
      at = next;
    }
    return at;
  }

  const participant = (place: number): Participant => ({
    place,
    gate: 0,
    units: 0,
    unit: 0,
    emptied: 0,
    alone: false,
    generation: -1,
  });

  return { GATE, EMPTIED, FAILED, TAKEN, JOB, UNITS, caller, thread, follow, participant };
}
