/**
 * A model checker: every interleaving of a caller and its threads, by breadth-first search over the states that their steps reach.
 * Each step is the product's own function, run on a memory of a few numbers.
 */
import { type Participant, protocol, type SharedMemory, type Steps } from '@/kernels/wasm/protocol';

export interface Machine {
  caller: Steps<string>;
  thread: Steps<string>;
  first: { caller: string; thread: string };
  /** Steps of a thread that has begun with a job: while it is there the job's words must stay as they are. */
  inside: readonly string[];
  /** Steps of a thread that its caller may have to wait for: all others it may never take. */
  owed: readonly string[];
}

export interface Scenario {
  /** The caller included. */
  participants: number;
  /** Units of each job, one job after the other; jobs that the caller does alone are negative. */
  jobs: readonly number[];
  /** True where sleepers also wake for no reason, or late. Without it a wake-up that is lost shows. */
  restless: boolean;
  /** Units, as `[job, unit]`, that go wrong. */
  broken?: readonly (readonly [job: number, unit: number])[];
  /** The number of the job before the first. */
  generation?: number;
}

export interface Verdict {
  states: number;
  /** The first thing that was not as it must be, and the steps that lead to it; null: nothing. */
  fault: string | null;
  path: string[];
}

class Fault extends Error {}

/** Words of the protocol, as a state holds them. */
const WORDS = [0, 1, 2, protocol().TAKEN];
const TAKEN = WORDS.length - 1;
/** After them: the job whose words are in memory (-1: they are being written), and the one that the caller is at. */
const DESCRIBED = WORDS.length;
const JOB = DESCRIBED + 1;
/** After these for each job a bit for each unit that was done, and then each participant. */
const DONE = JOB + 1;
/** Of a participant: its next step; the word it sleeps on, -1: awake; whose words it has read; and what it remembers. */
const [AT, ASLEEP, READ, REMEMBERED] = [0, 1, 2, 3];
const MEMORIES = ['gate', 'units', 'unit', 'emptied', 'alone', 'generation'] as const;
const SIZE = REMEMBERED + MEMORIES.length;

/** Explores all of a scenario. Stops at the first fault. */
export function explore(machine: Machine, scenario: Scenario): Verdict {
  const { participants, jobs, restless } = scenario;
  const names = [...new Set([...Object.keys(machine.caller), ...Object.keys(machine.thread)])];
  const place = (participant: number) => DONE + jobs.length + participant * SIZE;
  const isOver = (state: Int32Array) => ['done', 'failed'].includes(names[state[place(0) + AT]]);

  const first = beginning(machine, scenario, names);
  const keys = [keyOf(first)];
  const numbers = new Map([[keys[0], 0]]);
  /** Of each state the one from which it was first reached, and by whom. */
  const parents = [-1];
  const movers = [-1];
  /** Pairs of states, from and to, where the caller or one that it waits for made the step. */
  const owed: number[] = [];
  const ends: number[] = [];
  const nameOf = (state: number, mover: number) => {
    const before = stateOf(keys[state]);
    const asleep = before[place(mover) + ASLEEP] >= 0 ? ' (wakes for no reason)' : '';
    return `${mover === 0 ? 'caller' : `thread ${mover}`}: ${names[before[place(mover) + AT]]}${asleep}`;
  };
  const pathTo = (end: number) => {
    const steps: string[] = [];
    for (let at = end; at > 0; at = parents[at]) steps.unshift(nameOf(parents[at], movers[at]));
    return steps;
  };

  for (let from = 0; from < keys.length; from++) {
    const state = stateOf(keys[from]);
    const last = state[JOB] === jobs.length - 1 || names[state[place(0) + AT]] === 'failed';
    if (isOver(state) && last) {
      ends.push(from);
      continue;
    }
    for (let mover = 0; mover < participants; mover++) {
      const asleep = state[place(mover) + ASLEEP] >= 0;
      if (asleep && !restless) continue;
      const next = state.slice();
      try {
        if (asleep) next[place(mover) + ASLEEP] = -1;
        else move(machine, scenario, names, next, mover);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        const path = [...pathTo(from), nameOf(from, mover)];
        return { states: keys.length, fault: error.message, path };
      }
      const key = keyOf(next);
      let to = numbers.get(key);
      if (to === undefined) {
        to = keys.push(key) - 1;
        numbers.set(key, to);
        parents.push(from);
        movers.push(mover);
      }
      if (mover === 0 || machine.owed.includes(names[state[place(mover) + AT]])) owed.push(from, to);
    }
  }
  const stuck = firstStuck(keys.length, owed, ends);
  if (stuck < 0) return { states: keys.length, fault: null, path: [] };
  return { states: keys.length, fault: 'the caller waits for ever', path: pathTo(stuck) };
}

/** The first state from which the caller comes to no end by what it does itself and those whom it waits for; -1: none. */
function firstStuck(states: number, edges: readonly number[], ends: readonly number[]): number {
  const into: number[][] = Array.from({ length: states }, () => []);
  for (let at = 0; at < edges.length; at += 2) into[edges[at + 1]].push(edges[at]);
  const ending = new Uint8Array(states);
  const open = [...ends];
  for (const end of ends) ending[end] = 1;
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    for (const before of into[state]) {
      if (ending[before] === 0) open.push(before);
      ending[before] = 1;
    }
  }
  return ending.indexOf(0);
}

function beginning(machine: Machine, scenario: Scenario, names: readonly string[]): Int32Array {
  const { participants, jobs, generation = 0 } = scenario;
  const gate = generation << 9;
  const state = [gate, 0, 0, 0, -1, 0, ...jobs.map(() => 0)];
  for (let place = 0; place < participants; place++) {
    const me = { ...protocol().participant(place), alone: jobs[0] < 0 };
    if (place === 0) me.gate = gate;
    const at = names.indexOf(place === 0 ? machine.first.caller : machine.first.thread);
    state.push(at, -1, -1, ...MEMORIES.map((name) => Number(me[name])));
  }
  return Int32Array.from(state);
}

/** Lets one participant take its step. @throws Fault */
function move(
  machine: Machine,
  { participants, jobs, broken = [] }: Scenario,
  names: readonly string[],
  state: Int32Array,
  mover: number,
): void {
  const place = (participant: number) => DONE + jobs.length + participant * SIZE;
  const mine = place(mover);
  const step = names[state[mine + AT]];
  if (mover === 0 && step === 'done') {
    state[JOB] += 1;
    state[mine + REMEMBERED + MEMORIES.indexOf('alone')] = Number(jobs[state[JOB]] < 0);
    state[mine + AT] = names.indexOf(machine.first.caller);
    return;
  }
  let operations = 0;
  const update = (word: number, change: (before: number) => number): number => {
    operations += 1;
    const at = WORDS.indexOf(word);
    if (at < 0) throw new Error(`There is no word ${word}.`);
    const before = state[at];
    state[at] = change(before);
    return before;
  };
  const othersInside = () => {
    const others = Array.from(
      { length: participants - 1 },
      (_, index) => names[state[place(index + 1) + AT]],
    );
    return others.find((at) => machine.inside.includes(at));
  };
  const rewrite = (job: number) => {
    operations += 1;
    const at = othersInside();
    if (at) throw new Fault(`a job's words are written while a thread is in a job, at "${at}"`);
    state[DESCRIBED] = job;
  };
  const isBroken = (job: number, unit: number) => broken.some((each) => each[0] === job && each[1] === unit);
  const memory: SharedMemory = {
    load: (word) => update(word, (before) => before),
    store: (word, value) => void update(word, () => value),
    add: (word, value) => update(word, (before) => before + value),
    and: (word, value) => update(word, (before) => before & value),
    compareExchange: (word, expected, value) =>
      update(word, (before) => (before === expected ? value : before)),
    wait: (word, value) => {
      if (memory.load(word) === value) state[mine + ASLEEP] = word;
    },
    notify: (word) => {
      operations += 1;
      for (let other = 0; other < participants; other++) {
        if (state[place(other) + ASLEEP] === word) state[place(other) + ASLEEP] = -1;
      }
    },
    clear: () => {
      rewrite(-1);
      state[TAKEN] = 0;
    },
    describe: () => {
      rewrite(state[JOB]);
      state[mine + READ] = state[JOB];
      return Math.abs(jobs[state[JOB]]);
    },
    units: () => {
      operations += 1;
      if (state[DESCRIBED] < 0) throw new Fault('a thread reads words that are being written');
      state[mine + READ] = state[DESCRIBED];
      return Math.abs(jobs[state[DESCRIBED]]);
    },
    work: (unit, workspace) => {
      operations += 1;
      const job = state[mine + READ];
      if (workspace >= participants) throw new Fault('more workspaces are used than there are');
      if (job !== state[DESCRIBED]) throw new Fault('a unit is done by the words of another job');
      if (state[DONE + job] & (1 << unit)) throw new Fault('a unit is done twice');
      state[DONE + job] |= 1 << unit;
      return !isBroken(job, unit);
    },
  };
  const me = { place: mover } as Record<string, number | boolean>;
  MEMORIES.forEach((name, index) => {
    me[name] = state[mine + REMEMBERED + index];
  });
  const steps = mover === 0 ? machine.caller : machine.thread;
  const next = steps[step](memory, me as unknown as Participant);
  if (operations !== 1) throw new Error(`"${step}" does ${operations} operations at once.`);
  state[mine + AT] = names.indexOf(next);
  MEMORIES.forEach((name, index) => {
    state[mine + REMEMBERED + index] = Number(me[name]);
  });
  if (mover > 0 || (next !== 'done' && next !== 'failed')) return;
  if (othersInside()) throw new Fault('the caller comes back while a thread is in the job');
  const job = state[JOB];
  const all = (1 << Math.abs(jobs[job])) - 1;
  const wrong = broken.some((each) => each[0] === job && state[DONE + job] & (1 << each[1]));
  if (wrong !== (next === 'failed')) throw new Fault(`a job ends as "${next}"`);
  if (!wrong && state[DONE + job] !== all) throw new Fault('a unit is not done');
}

/** A state as a string, so that it can be looked up, and back. */
function keyOf(state: Int32Array): string {
  return String.fromCharCode.apply(null, new Uint16Array(state.buffer) as unknown as number[]);
}

function stateOf(key: string): Int32Array {
  const state = new Int32Array(key.length / 2);
  for (let at = 0; at < state.length; at++) {
    state[at] = key.charCodeAt(2 * at) | (key.charCodeAt(2 * at + 1) << 16);
  }
  return state;
}
