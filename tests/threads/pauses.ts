/** Makes the caller, or the threads, of a pool late at one place of the protocol. */
import { type Pause, protocol } from '@/kernels/wasm/protocol';
import type { SpawnThread, ThreadMessage } from '@/kernels/wasm/thread';

const { caller, thread } = protocol();
const ends = ['done', 'failed'];

/** Every step of either side, before and after it. */
export const PLACES: readonly string[] = [
  ...Object.keys(caller)
    .filter((step) => !ends.includes(step))
    .map((step) => `caller: ${step}`),
  ...Object.keys(thread).map((step) => `thread: ${step}`),
].flatMap((step) => [`${step}, before`, `${step}, after`]);

/** Words: the place, how often it was paused there, and another place. */
const SIZE = 3;

/** Steps that are taken only where a thread is late itself. */
const AFTER_LATE = /listen|count|await|tell|rouse/;
const LATE = 'thread: leave, before';

export class Pauses {
  private readonly words = new Int32Array(new SharedArrayBuffer(4 * SIZE)).fill(-1);
  readonly ofCaller: Pause = pauseAt('caller', this.words, PLACES);

  /** @param place one of `PLACES`; null: nowhere */
  at(place: string | null): void {
    Atomics.store(this.words, 0, place === null ? -1 : PLACES.indexOf(place));
    Atomics.store(this.words, 1, 0);
    Atomics.store(this.words, 2, place && AFTER_LATE.test(place) ? PLACES.indexOf(LATE) : -1);
  }

  get count(): number {
    return Atomics.load(this.words, 1);
  }

  /** Threads that are made by `spawn`, and pause. */
  inThreads(spawn: SpawnThread): SpawnThread {
    const prelude = `addEventListener('message', ({ data }) => {
      globalThis.pause = (${pauseAt})('thread', data.pauses, ${JSON.stringify(PLACES)});
    });`;
    return (source, message) =>
      spawn(`${prelude}\n${source}`, { ...message, pauses: this.words } as ThreadMessage);
  }
}

/** Refers to nothing outside itself: threads get it as text. */
function pauseAt(side: string, words: Int32Array, places: readonly string[]): Pause {
  return (step, when) => {
    const here = places.indexOf(`${side}: ${step}, ${when}`);
    const isPlace = here === Atomics.load(words, 0);
    if (!isPlace && here !== Atomics.load(words, 2)) return;
    // Not always, so that now this participant is late and now another.
    if (Math.random() < 0.5) return;
    if (isPlace) Atomics.add(words, 1, 1);
    // Up to a few times what a job takes, seldom much more, so that sleepers fall asleep.
    const milliseconds = Math.random() < 0.02 ? 2 * Math.random() : 0.1 * Math.random();
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
  };
}
