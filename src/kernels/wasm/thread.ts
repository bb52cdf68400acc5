/**
 * A thread of the pool: what it runs, and how the browser starts one. What it runs is text, because a worker that is made of a file
 * of its own cannot be embedded in other sites' pages; so the functions here refer to nothing outside themselves.
 */
import { type Pause, protocol, type SharedMemory } from './protocol';
import { trial } from './trial';

/** The message that starts a thread. */
export interface ThreadMessage {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  /** Address of the protocol's words, and how many there are with those of the job. */
  address: number;
  words: number;
  place: number;
  timing: Timing;
  /** Address of the trial's words, and how many there are. */
  trial: { address: number; words: number };
}

/** Manner of waiting for a word to change. */
export interface Timing {
  /** Times that a word is looked at before whoever waits for it sleeps. */
  spins: number;
  /** Milliseconds after which a sleeper looks by itself. */
  nap: number;
}

/** A thread that has been told to start. */
export interface Thread {
  /** Resolves when it looks for jobs; rejects where it cannot. */
  ready: Promise<void>;
  terminate(): void;
}

/** Makes a thread that runs `source` in a scope with `postMessage` and `onmessage`, and posts `message` to it. */
export type SpawnThread = (source: string, message: ThreadMessage) => Thread;

type Atomic = Pick<SharedMemory, 'load' | 'store' | 'add' | 'and' | 'compareExchange' | 'wait' | 'notify'>;

/**
 * The protocol's atomic operations on real memory.
 * @param current gives the words; they may move when memory grows that is not shared
 * @param maySleep a page's own thread may not
 * @param waited told of each time that was spent waiting, in milliseconds, a nap at most: time that the computer sleeps does not count
 */
export function atomicOperations(
  current: () => Int32Array,
  { spins, nap }: Timing,
  maySleep: boolean,
  waited: (milliseconds: number) => void,
): Atomic {
  const changes = (word: number, value: number): boolean => {
    const words = current();
    for (let spin = 0; spin < spins; spin++) if (Atomics.load(words, word) !== value) return true;
    return false;
  };
  return {
    load: (word) => Atomics.load(current(), word),
    store: (word, value) => void Atomics.store(current(), word, value),
    add: (word, value) => Atomics.add(current(), word, value),
    and: (word, value) => Atomics.and(current(), word, value),
    compareExchange: (word, expected, value) => Atomics.compareExchange(current(), word, expected, value),
    wait(word, value) {
      if (changes(word, value)) return;
      const start = performance.now();
      if (maySleep) Atomics.wait(current(), word, value, nap);
      else changes(word, value);
      waited(Math.min(performance.now() - start, nap));
    },
    notify: (word) => void Atomics.notify(current(), word),
  };
}

/** The part of a thread's global scope that it uses; `pause` is there in tests only. */
interface ThreadScope {
  onmessage: ((event: { data: ThreadMessage }) => void) | null;
  postMessage(message: unknown): void;
  pause?: Pause;
}

function main(
  machine: typeof protocol,
  operations: typeof atomicOperations,
  trialOf: typeof trial,
  scope: ThreadScope,
): void {
  scope.onmessage = ({ data }) => {
    const { module, memory, address, words: length, place, timing } = data;
    const imports = { env: { memory, abort() {} } };
    const { work } = new WebAssembly.Instance(module, imports).exports as {
      work(job: number, unit: number, place: number): void;
    };
    const { JOB, UNITS, thread, follow, participant } = machine();
    const words = new Int32Array(memory.buffer, address, length);
    const job = address + 4 * JOB;
    const wrong = () => {
      throw new Error('Only the caller writes a job.');
    };
    const shared: SharedMemory = {
      ...operations(
        () => words,
        timing,
        true,
        () => {},
      ),
      clear: wrong,
      describe: wrong,
      units: () => words[JOB + UNITS],
      work(unit, at) {
        try {
          work(job, unit, at);
          return true;
        } catch {
          return false;
        }
      },
    };
    scope.postMessage('ready');
    const { isKept } = trialOf(new Int32Array(memory.buffer, data.trial.address, data.trial.words));
    if (isKept(place)) follow(thread, 'look', [], shared, participant(place), scope.pause);
  };
}

/** The script that a thread runs. */
export function threadSource(): string {
  return `(${main})(${protocol}, ${atomicOperations}, ${trial}, globalThis);`;
}

/** Starts a thread in a browser. */
export const spawnWorkerThread: SpawnThread = (source, message) => {
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(url);
  const ready = new Promise<void>((resolve, reject) => {
    worker.onmessage = () => resolve();
    worker.onerror = (event) => reject(new Error(event.message));
  }).finally(() => URL.revokeObjectURL(url));
  worker.postMessage(message);
  return { ready, terminate: () => worker.terminate() };
};
