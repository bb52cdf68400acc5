/**
 * A trial of how many threads find a core of their own: browsers report more cores than there are (to tell visitors apart less
 * well, or because another program has them), and a thread without one only keeps the others waiting. All threads spin for a few
 * milliseconds, each with an eye on the clock: while it has a core, the clock goes on in small steps.
 */

/** The trial's words. */
export const TRIAL_WORDS = 16 * 257;

/** Milliseconds of a trial; several are made until so much time has passed: a page that is starting keeps cores busy itself. */
const LENGTH = 3;
const PATIENCE = 9;

/** Share of the time that the threads must have had, on average, for none of them to be sent away. */
const ENOUGH = 0.7;

/** Threads that are always kept: whether one thread is better than two is found out job by job (`benefit.ts`). */
const FEWEST = 2;

/**
 * The part of each side in a trial. Threads get this function as text, as they get the protocol: it may refer to nothing outside
 * itself.
 * @param words of the trial, in shared memory, zeros at first
 */
export function trial(words: Int32Array) {
  /** Number of the trial: odd while all spin, even in between. */
  const TURN = 0;
  /** Number of threads that are kept, the caller included; 0 as long as that is not known. */
  const KEPT = 1;
  /** Milliseconds that a trial takes. */
  const LENGTH = 2;
  /** Microseconds for which the thread had a core; each in a line of the cache of its own. */
  const hadOf = (place: number) => 16 * (1 + place);
  /** A longer step of the clock, in milliseconds, is time without a core. */
  const STEP = 0.3;

  /** Spins for as long as `goes`. @returns milliseconds with a core, and the clock's smallest step */
  const spin = (place: number, goes: (passed: number) => boolean) => {
    const start = performance.now();
    let last = start;
    let had = 0;
    let smallest = Number.POSITIVE_INFINITY;
    while (goes(last - start)) {
      const now = performance.now();
      const step = now - last;
      last = now;
      if (step > 0) smallest = Math.min(smallest, step);
      if (step < STEP) had += step;
      Atomics.store(words, hadOf(place), Math.round(1000 * had));
    }
    return { passed: last - start, smallest };
  };

  return {
    /** A thread's: takes part in trials until it is known whether it is kept. */
    isKept(place: number): boolean {
      for (;;) {
        const turn = Atomics.load(words, TURN);
        const kept = Atomics.load(words, KEPT);
        if (kept !== 0) return place < kept;
        // The caller, who ends it, may be waiting for a core: none is kept from it for longer.
        const goes = (passed: number) =>
          passed < Atomics.load(words, LENGTH) && Atomics.load(words, TURN) === turn;
        if (turn % 2 === 1) spin(place, goes);
        Atomics.wait(words, TURN, turn);
      }
    },
    /**
     * The caller's: lets all spin.
     * @param threads how many there are, the caller included
     * @returns how many cores they had; null where the clock is too coarse to tell
     */
    cores(threads: number, milliseconds: number): number | null {
      for (let place = 0; place < threads; place++) Atomics.store(words, hadOf(place), 0);
      Atomics.store(words, LENGTH, milliseconds);
      Atomics.add(words, TURN, 1);
      Atomics.notify(words, TURN);
      const { passed, smallest } = spin(0, (time) => time < milliseconds);
      let had = 0;
      for (let place = 0; place < threads; place++) had += Atomics.load(words, hadOf(place));
      Atomics.add(words, TURN, 1);
      return smallest < STEP ? had / 1000 / passed : null;
    },
    /** The caller's: tells the threads which of them are kept, by their places. */
    keep(threads: number): void {
      Atomics.store(words, KEPT, threads);
      Atomics.add(words, TURN, 2);
      Atomics.notify(words, TURN);
    },
  };
}

/**
 * Finds how many threads to keep. Takes about 3 ms where there are as many cores as threads, and about 10 ms where there are not.
 * @param threads those that have started, the caller included
 * @param cores makes a trial of so many milliseconds
 */
export function usefulThreads(
  threads: number,
  cores: (milliseconds: number) => number | null,
  now: () => number = () => performance.now(),
): number {
  if (threads <= FEWEST) return threads;
  const start = now();
  let most = 0;
  do {
    const had = cores(LENGTH);
    // Nothing speaks against any of them.
    if (had === null || had >= ENOUGH * threads) return threads;
    most = Math.max(most, had);
  } while (now() - start < PATIENCE);
  return Math.min(threads, Math.max(FEWEST, Math.round(most)));
}
