/**
 * The protocol that the threads had before, in steps like those of the present one. A thread takes it that there is a new job when it
 * wakes; a caller that is interrupted between `begin` and `wake` wakes it for one that it has done.
 */
import { protocol, type Steps } from '@/kernels/wasm/protocol';
import type { Machine } from './explore';

const { TAKEN } = protocol();
const GENERATION = 0;
const DONE = 1;
const BEGUN = 2;

/** @param threads beside the caller */
export function formerMachine(threads: number): Machine {
  const caller: Steps<string> = {
    clear(memory) {
      memory.clear();
      return 'describe';
    },
    describe(memory, me) {
      me.units = memory.describe();
      return 'unplace';
    },
    // It was among the job's words, which were cleared.
    unplace(memory) {
      memory.store(BEGUN, 0);
      return 'reset';
    },
    reset(memory) {
      memory.store(DONE, 0);
      return 'begin';
    },
    begin(memory) {
      memory.add(GENERATION, 1);
      return 'wake';
    },
    wake(memory) {
      memory.notify(GENERATION);
      return 'place';
    },
    place(memory, me) {
      me.emptied = memory.add(BEGUN, 1);
      return 'take';
    },
    take(memory, me) {
      me.unit = memory.add(TAKEN, 1);
      return me.unit < me.units ? 'work' : 'spin';
    },
    work(memory, me) {
      memory.work(me.unit, me.emptied);
      return 'take';
    },
    spin: (memory) => (memory.load(DONE) < threads ? 'spin' : 'done'),
    done: () => 'done',
  };
  const thread: Steps<string> = {
    sleep(memory, me) {
      memory.wait(GENERATION, me.gate);
      return 'see';
    },
    see(memory, me) {
      me.gate = memory.load(GENERATION);
      return 'place';
    },
    place(memory, me) {
      me.emptied = memory.add(BEGUN, 1);
      return 'read';
    },
    read(memory, me) {
      me.units = memory.units();
      return 'take';
    },
    take(memory, me) {
      me.unit = memory.add(TAKEN, 1);
      return me.unit < me.units ? 'work' : 'finish';
    },
    work(memory, me) {
      memory.work(me.unit, me.emptied);
      return 'take';
    },
    finish(memory) {
      memory.add(DONE, 1);
      return 'sleep';
    },
  };
  const inside = ['place', 'read', 'take', 'work', 'finish'];
  // The caller waits for all threads, wherever they are.
  return {
    caller,
    thread,
    first: { caller: 'clear', thread: 'sleep' },
    inside,
    owed: Object.keys(thread),
  };
}
