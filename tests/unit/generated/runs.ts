/**
 * Generated tests: a reader is given many odd inputs, made of good ones, and has to refuse or read each in time, in words that
 * are words, and without asking for more memory than the input is worth.
 *
 *     FUZZ_RUNS=100000     inputs for each reader (`.ci/run` asks for 10,000, everything else for 1,000)
 *     FUZZ_SEED=random     other inputs than always; or the seed of a failure, with FUZZ_PATH its path, to see it again
 *     FUZZ_REPORT=1        says how many inputs were read, how they were refused, and what was slowest and largest
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InspectorError } from '@/common/errors';
import { type Allocations, counted, watchAllocations } from './allocation';
import { unwatch, watch } from './watchdog';

export const RUNS = Number(process.env.FUZZ_RUNS ?? 1000);
const SEED = process.env.FUZZ_SEED === 'random' ? undefined : Number(process.env.FUZZ_SEED ?? 20_301);
const PATH = process.env.FUZZ_PATH;
const REPORT = process.env.FUZZ_REPORT === '1';

/** For one input. */
const MAX_SECONDS = 2;
const CONSTANT = 64 * 1024;
/** Every so many inputs the heap is looked at too. */
const HEAP_EVERY = 50;
const HEAP_CONSTANT = 16e6;
/** For making a failing input smaller, seconds: an input that asks for too much takes long each time it is tried. */
const SHRINK_SECONDS = 20;
/** Longer messages are no sentences. */
const LONGEST_MESSAGE = 1000;

/**
 * Limits of what may be asked for: the largest single request, and all of them together, as multiples of the input; and beside
 * these.
 */
interface Memory {
  largest: number;
  total: number;
  /** Tables and first buffers, bytes: of the largest, and of all. */
  constant?: number;
  constants?: number;
}

export interface Reader<Recipe, Input, Output> {
  recipes: fc.Arbitrary<Recipe>;
  make(recipe: Recipe): Input;
  /** Inputs that the odd ones are made of: they have to be read. */
  goods: readonly Input[];
  /** Length of an input, bytes. */
  bytes(input: Input): number;
  read(input: Input): Output | Promise<Output>;
  /** Checks what has to hold of what was read. */
  holds?(output: Awaited<Output>, input: Input): void;
  /** A reader that is documented to throw never. */
  never?: boolean;
  memory?: Memory;
  /** Objects weigh more than their text: an empty one of two letters takes 56 bytes. */
  heap?: number;
  /** Other words are let through, as where a number itself is not-a-number. */
  says?: RegExp;
}

const MEMORY: Memory = { largest: 4, total: 12 };
const HEAP = 100;

interface Tally {
  read: number;
  refused: Map<string, number>;
  slowest: number;
  largest: number;
  total: number;
}

export function generated<Recipe, Input, Output>(name: string, reader: Reader<Recipe, Input, Output>): void {
  test(name, { timeout: 600_000 }, async () => {
    const tally: Tally = { read: 0, refused: new Map(), slowest: 0, largest: 0, total: 0 };
    for (const good of reader.goods) {
      const found = await reader.read(good);
      reader.holds?.(found, good);
    }
    const cpu = process.cpuUsage();
    let count = 0;
    let shrinkUntil = Number.POSITIVE_INFINITY;
    const property = fc.asyncProperty(reader.recipes, async (recipe) => {
      // Smaller inputs that were not tried count as good ones, which ends the search with the smallest that failed.
      if (performance.now() > shrinkUntil) return;
      const input = reader.make(recipe);
      count += 1;
      watch(`${name}, input ${count} of seed ${SEED}: ${JSON.stringify(recipe).slice(0, 4000)}`);
      try {
        await attempt(reader, input, tally, count % HEAP_EVERY === 0);
      } catch (error) {
        shrinkUntil = Math.min(shrinkUntil, performance.now() + 1000 * SHRINK_SECONDS);
        throw error;
      } finally {
        unwatch();
      }
    });
    const unwatchAllocations = watchAllocations();
    try {
      await fc.assert(property, {
        numRuns: RUNS,
        ...(SEED !== undefined && { seed: SEED }),
        ...(PATH ? { path: PATH, endOnFailure: true } : {}),
      });
    } finally {
      unwatchAllocations();
    }
    if (REPORT) console.log(reportOf(name, tally, process.cpuUsage(cpu)));
    // Inputs that are all refused at the first look test nothing.
    if (RUNS >= 1000 && !PATH) expect(tally.read).toBeGreaterThan(RUNS / 200);
  });
}

async function attempt<Recipe, Input, Output>(
  { read, bytes, holds, never, memory = MEMORY, heap = HEAP, says }: Reader<Recipe, Input, Output>,
  input: Input,
  tally: Tally,
  weighed: boolean,
): Promise<void> {
  const length = bytes(input);
  const heapBefore = weighed ? process.memoryUsage().heapUsed : 0;
  const { outcome, allocations, seconds } = await timed(() => read(input));
  tally.slowest = Math.max(tally.slowest, seconds);
  checkMemory(allocations, length, memory, tally);
  if (weighed) {
    const grown = process.memoryUsage().heapUsed - heapBefore;
    check(grown < heap * length + HEAP_CONSTANT, () => `The heap grew by ${grown} bytes for ${length}.`);
  }
  // The machine may have been busy with something else: what is slow is slow again.
  if (seconds > MAX_SECONDS) {
    const again = await timed(() => read(input));
    check(again.seconds < MAX_SECONDS, () => `It took ${seconds.toFixed(1)} s.`);
  }
  if (outcome.status === 'fulfilled') {
    tally.read += 1;
    holds?.(outcome.value, input);
    return;
  }
  if (never || !(outcome.reason instanceof InspectorError)) throw outcome.reason;
  checkWords(outcome.reason, says);
  const kind = outcome.reason.message.replace(QUOTED, '""').replace(/[\d.]+/g, '0');
  tally.refused.set(kind, (tally.refused.get(kind) ?? 0) + 1);
}

async function timed<T>(work: () => T | Promise<T>) {
  const start = performance.now();
  const done = await counted(work);
  return { ...done, seconds: (performance.now() - start) / 1000 };
}

/** As `expect`, which is too slow to be asked a million times. */
function check(holds: boolean, problem: () => string): void {
  if (!holds) throw new Error(problem());
}

function checkMemory(
  { largest, total }: Allocations,
  length: number,
  { constant = CONSTANT, constants = 4 * CONSTANT, ...most }: Memory,
  tally: Tally,
): void {
  tally.largest = Math.max(tally.largest, (largest - constant) / Math.max(1, length));
  tally.total = Math.max(tally.total, (total - constants) / Math.max(1, length));
  check(
    largest <= most.largest * length + constant,
    () => `${largest} bytes were asked for at once for an input of ${length}.`,
  );
  check(
    total <= most.total * length + constants,
    () => `${total} bytes were asked for, all together, for an input of ${length}.`,
  );
}

const QUOTED = /"(?:[^"\\]|\\.)*"/g;

/** A message and an advice for people. */
export function checkWords({ message, advice }: InspectorError, says?: RegExp): void {
  checkSentence(message, LONGEST_MESSAGE, says);
  checkSentence(advice, LONGEST_MESSAGE, says);
}

/** A sentence in which nothing shows through that is not there. What stands in quotes is the input's. */
export function checkSentence(text: string, longest: number, says?: RegExp): void {
  const own = text.replace(QUOTED, '""').trim();
  // A command to copy ends as it has to.
  check(/[.!?)'"]$/.test(own), () => `No sentence: ${JSON.stringify(text)}`);
  check(text.length < longest, () => `Too long for a sentence: ${text.slice(0, 2000)}`);
  const wrong = /undefined|NaN|\[object |native code/.exec(own);
  check(!wrong || says?.test(own) === true, () => `It says "${wrong}": ${text}`);
}

function reportOf(
  name: string,
  { read, refused, slowest, largest, total }: Tally,
  cpu: NodeJS.CpuUsage,
): string {
  const kinds = [...refused].sort(([, a], [, b]) => b - a);
  return [
    `${name}: ${read} read, ${kinds.reduce((sum, [, count]) => sum + count, 0)} refused in ${kinds.length} ways`,
    `  slowest ${(1000 * slowest).toFixed(1)} ms, largest ${largest.toFixed(1)} x, together ${total.toFixed(1)} x, ${((cpu.user + cpu.system) / 1e6).toFixed(1)} s`,
    ...kinds.slice(0, 12).map(([message, count]) => `  ${count} x ${message.slice(0, 160)}`),
  ].join('\n');
}
