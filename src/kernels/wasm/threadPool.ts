/**
 * Our own kernels beside tfjs's WebAssembly: a module of ours on the same memory, on threads of our own. tfjs's maps need no
 * copying so, and its threads, which are bound to its module, are left alone.
 */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { ThreadBenefit } from './benefit';
import { COMPILED } from './compiled';
import * as fields from './fields';
import { type Pause, protocol, type SharedMemory } from './protocol';
import {
  atomicOperations,
  type SpawnThread,
  spawnWorkerThread,
  type Thread,
  type ThreadMessage,
  type Timing,
  threadSource,
} from './thread';
import { TRIAL_WORDS, trial, usefulThreads } from './trial';

/** The part of Emscripten's module that our kernels use. */
export interface Emscripten {
  asm?: { memory?: WebAssembly.Memory };
  wasmMemory?: WebAssembly.Memory;
  _malloc(bytes: number): number;
  _free(address: number): void;
}

interface Kernels {
  work(job: number, unit: number, place: number): void;
}

/** A job's numbers by the names of `fields.ts`. */
export type Job = Partial<Record<Field, number>> & { OPERATION: number; UNITS: number };
type Field = keyof typeof fields;

const PLACES: Readonly<Record<Field, number>> = fields;

const { caller, follow, participant, JOB, TAKEN } = protocol();
const WORDS = JOB + fields.WORDS;
const ENDS = ['done', 'failed'] as const;

/** A word is looked at for about as long as two jobs of a convolution are apart, before whoever waits for it sleeps. */
const TIMING: Timing = { spins: 20_000, nap: 1000 };

/** Milliseconds that threads are waited for. */
export interface Patience {
  /** Wait at the start; a thread that is later joins when it comes. */
  start: number;
  /** Wait of the caller for the last units of others, which are milliseconds of work: then they are taken for dead. */
  end: number;
}

const PATIENCE: Patience = { start: 5000, end: 30_000 };

/** A thread stopped while it was at work: what the job has written cannot be used, and the pool no more. */
export class ThreadsStopped extends Error {}

/** Tells whether the browser can let the processor multiply and add in one step. */
export function isFused(): boolean {
  return WebAssembly.validate(decode('fused alone'));
}

/** Options of a start of a pool. */
export interface ThreadPoolOptions {
  /** True where a product and its sum are to be rounded once, together; the default is what is fastest here. */
  fused?: boolean;
  /** Makes its threads; by default workers of the browser. */
  spawn?: SpawnThread;
  /** Called, in tests, before and after each step of the caller's. */
  pause?: Pause;
  /** True to keep threads, and to ask for their help, even where they find no core and keep the caller waiting. */
  insist?: boolean;
  /** Makes a trial: how many cores the threads had for so many milliseconds. Tests give their own. */
  cores?(threads: number, milliseconds: number): number | null;
  timing?: Timing;
  patience?: Patience;
}

export class ThreadPool {
  private readonly words: Int32Array[];
  private readonly shared: SharedMemory;
  private readonly me = participant(0);
  private readonly helpers: Thread[] = [];
  /** The places of threads that have started, how many of them help, and below which place they may. */
  private readonly places: number[] = [];
  private helping = 0;
  private kept = Number.POSITIVE_INFINITY;
  private readonly benefit = new ThreadBenefit();
  /** The job that is run, how many units the caller has done itself, and how long it has waited for others, in milliseconds. */
  private job: Job = { OPERATION: 0, UNITS: 0 };
  private own = 0;
  private waited = 0;
  /** The error after which the pool is of no use any more; null while it works. */
  private failure: unknown = null;

  private constructor(
    private readonly wasm: Emscripten,
    private readonly memory: WebAssembly.Memory,
    private readonly kernels: Kernels,
    /** Threads that there are at most, the one that calls included. */
    readonly threads: number,
    private readonly options: ThreadPoolOptions,
    /** Address of the protocol's words. */
    private readonly base: number,
  ) {
    this.words = [new Int32Array(memory.buffer, base, WORDS)];
    this.words[0].fill(0);
    this.shared = this.sharedMemory();
  }

  /**
   * Starts `threads`, this one included; without shared memory there is this one alone. Those that fail to start are done without.
   * @returns null where tfjs does not show its memory
   */
  static async start(
    backend: BackendWasm,
    threads: number,
    options: ThreadPoolOptions = {},
  ): Promise<ThreadPool | null> {
    const { fused = isFused(), spawn = spawnWorkerThread, timing = TIMING } = options;
    const wasm = backend.wasm as unknown as Emscripten;
    const memory = wasm.wasmMemory ?? wasm.asm?.memory;
    if (!memory) return null;
    const shared = typeof SharedArrayBuffer !== 'undefined' && memory.buffer instanceof SharedArrayBuffer;
    const module = await WebAssembly.compile(
      decode(`${fused ? 'fused' : 'plain'} ${shared ? 'shared' : 'alone'}`),
    );
    const { exports } = await WebAssembly.instantiate(module, { env: { memory, abort() {} } });
    const kernels = exports as unknown as Kernels;
    const address = roundUp(wasm._malloc(4 * WORDS + ALIGNMENT));
    const pool = new ThreadPool(wasm, memory, kernels, shared ? threads : 1, options, address);
    if (pool.threads > 1) await pool.startThreads(spawn, { module, memory, address, words: WORDS, timing });
    return pool;
  }

  /** Threads that help, the one that calls included. */
  get running(): number {
    return this.helping + 1;
  }

  /** Threads that had started and were sent away, since there was no core for them. */
  get surplus(): number {
    return this.places.length - this.helping;
  }

  private async startThreads(
    spawn: SpawnThread,
    message: Omit<ThreadMessage, 'place' | 'trial'>,
  ): Promise<void> {
    const { insist, cores } = this.options;
    const address = roundUp(this.wasm._malloc(4 * TRIAL_WORDS + ALIGNMENT) >>> 0);
    const words = new Int32Array(this.memory.buffer, address, TRIAL_WORDS).fill(0);
    const { keep, cores: measured } = trial(words);
    const source = threadSource();
    for (let place = 1; place < this.threads; place++) {
      this.helpers.push(spawn(source, { ...message, place, trial: { address, words: TRIAL_WORDS } }));
    }
    await this.untilReady();
    const trying = this.running;
    const useful = insist
      ? trying
      : usefulThreads(trying, (milliseconds) => (cores ?? measured)(this.threads, milliseconds));
    // Where all that have started are of use, so are those that are late.
    this.kept = useful < trying ? useful : this.threads;
    keep(this.kept);
    this.helping = this.places.filter((place) => place < this.kept).length;
    // They have never been in a job, so none can be missing in one.
    for (const helper of this.helpers.splice(this.kept - 1)) helper.terminate();
  }

  /**
   * Runs one job, and comes back when it is done: with those threads that come in time, and never waiting for one that has not
   * begun.
   * @throws ThreadsStopped where a thread failed or stopped in the middle; the pool cannot be used after that
   */
  run(job: Job): void {
    if (this.failure) throw this.failure;
    this.job = job;
    this.own = 0;
    this.waited = 0;
    const { me, benefit } = this;
    me.alone = this.helping === 0 || job.UNITS <= 1 || (!this.options.insist && benefit.nextAlone());
    try {
      const end = follow(caller, 'clear', ENDS, this.shared, me, this.options.pause);
      if (end === 'failed') this.failure ??= new ThreadsStopped('A thread of the kernels failed.');
    } catch (error) {
      // Nobody knows what a thread that does not answer still does.
      this.failure = error;
      for (const helper of this.helpers) helper.terminate();
    }
    if (this.failure) throw this.failure;
    if (!me.alone) benefit.record(1 - this.own / job.UNITS, this.waited);
  }

  /** Ends the threads. The memory that they shared stays: one of them may still be at work. */
  dispose(): void {
    this.failure ??= new ThreadsStopped('The thread pool was closed.');
    for (const helper of this.helpers) helper.terminate();
  }

  private async untilReady(): Promise<void> {
    const settled = this.helpers.map(({ ready }, index) =>
      ready.then(
        () => {
          this.places.push(index + 1);
          if (index + 1 < this.kept) this.helping += 1;
        },
        // It is done without.
        () => {},
      ),
    );
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, (this.options.patience ?? PATIENCE).start);
    });
    await Promise.race([Promise.all(settled), late]);
    clearTimeout(timer);
  }

  private sharedMemory(): SharedMemory {
    const { timing = TIMING } = this.options;
    const job = this.base + 4 * JOB;
    const current = () => {
      // Memory that is not shared moves when it grows.
      if (this.words[0].buffer !== this.memory.buffer) {
        this.words[0] = new Int32Array(this.memory.buffer, this.base, WORDS);
      }
      return this.words[0];
    };
    return {
      ...atomicOperations(current, timing, maySleep(), (milliseconds) => this.wait(milliseconds)),
      clear: () => {
        const words = current();
        words.fill(0, JOB);
        words[TAKEN] = 0;
      },
      describe: () => {
        const words = current();
        for (const [name, value] of Object.entries(this.job)) words[JOB + PLACES[name as Field]] = value;
        return this.job.UNITS;
      },
      units: () => this.job.UNITS,
      work: (unit, place) => {
        this.own += 1;
        try {
          this.kernels.work(job, unit, place);
          return true;
        } catch (error) {
          this.failure = error;
          return false;
        }
      },
    };
  }

  /** @throws ThreadsStopped where the others were waited for too long */
  private wait(milliseconds: number): void {
    this.waited += milliseconds;
    const { end } = this.options.patience ?? PATIENCE;
    if (this.waited < end) return;
    throw new ThreadsStopped(`A thread of the kernels has not answered for ${Math.round(end / 1000)} s.`);
  }

  /** Memory for the time of `use`, in bytes, each part at an address that vectors like. */
  withRoom<T>(parts: readonly number[], use: (addresses: number[]) => T): T {
    const sizes = parts.map(roundUp);
    // Addresses above 2 GiB come as negative numbers.
    const address = this.wasm._malloc(sizes.reduce((sum, bytes) => sum + bytes, ALIGNMENT)) >>> 0;
    try {
      let next = roundUp(address);
      const addresses = sizes.map((bytes) => {
        next += bytes;
        return next - bytes;
      });
      return use(addresses);
    } finally {
      this.wasm._free(address);
    }
  }

  /** Numbers in memory, until more memory is asked for. */
  floats(address: number, count: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, count);
  }

  /** Address of a tensor of the backend, in bytes. */
  address({ dataId }: tf.TensorInfo): number {
    const { memoryOffset } = (tf.backend() as BackendWasm).dataIdMap.get(dataId);
    // Addresses above 2 GiB come as negative numbers.
    return memoryOffset >>> 0;
  }
}

/** A new map that `fill` writes; gone again where that fails. */
export function withOutput(shape: number[], fill: (out: tf.TensorInfo) => void): tf.Tensor4D {
  return withOutputs([shape], ([out]) => fill(out))[0];
}

/** Does as `withOutput`, of several maps. */
export function withOutputs(shapes: number[][], fill: (outs: tf.TensorInfo[]) => void): tf.Tensor4D[] {
  const backend = tf.backend() as BackendWasm;
  const outs: tf.TensorInfo[] = [];
  try {
    for (const shape of shapes) outs.push(backend.makeOutput(shape, 'float32'));
    fill(outs);
  } catch (error) {
    for (const { dataId } of outs) backend.disposeData(dataId);
    throw error;
  }
  return outs.map((out) => tf.engine().makeTensorFromTensorInfo(out) as tf.Tensor4D);
}

/** A line of the cache. */
const ALIGNMENT = 64;

function roundUp(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

/** Tells whether this thread may sleep: a page's own may not. */
function maySleep(): boolean {
  if (typeof SharedArrayBuffer === 'undefined') return false;
  try {
    // It is not 1, so nothing is waited for.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0);
    return true;
  } catch {
    return false;
  }
}

function decode(name: string): Uint8Array<ArrayBuffer> {
  const text = atob(COMPILED[name as keyof typeof COMPILED]);
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
