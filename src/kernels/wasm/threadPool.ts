/**
 * Our own kernels beside tfjs's WebAssembly: a module of ours on the same memory, on threads of our own. tfjs's maps need no
 * copying so, and its threads, which are bound to its module, are left alone.
 */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { COMPILED } from './compiled';
import * as fields from './fields';

/** The part of Emscripten's module that our kernels use. */
export interface Emscripten {
  asm?: { memory?: WebAssembly.Memory };
  wasmMemory?: WebAssembly.Memory;
  _malloc(bytes: number): number;
  _free(address: number): void;
}

interface Kernels {
  work(job: number): void;
}

/** A job's numbers by the names of `fields.ts`. */
export type Job = Partial<Record<Field, number>> & { OPERATION: number; UNITS: number };
type Field = {
  [K in keyof typeof fields]: K extends 'TAKEN' ? never : K;
}[keyof typeof fields];

const PLACES: Readonly<Record<Field, number>> = fields;

/** Words that the threads share, ahead of the job: how many jobs there were, and how many threads are done with the last. */
const GENERATION = 0;
const DONE = 1;
const CONTROL_WORDS = 2;

/**
 * A thread: takes part in each job as it comes, and sleeps where none comes for a while. As text, because a worker that is
 * made of a file of its own cannot be embedded in other sites' pages.
 */
const THREAD = `onmessage = ({ data: { module, memory, control: address, job, spins } }) => {
  const { work } = new WebAssembly.Instance(module, { env: { memory, abort() {} } }).exports;
  const control = new Int32Array(memory.buffer, address, ${CONTROL_WORDS});
  let seen = Atomics.load(control, ${GENERATION});
  postMessage('ready');
  for (;;) {
    for (let spin = 0; spin < spins && Atomics.load(control, ${GENERATION}) === seen; spin++);
    Atomics.wait(control, ${GENERATION}, seen);
    seen = Atomics.load(control, ${GENERATION});
    work(job);
    Atomics.add(control, ${DONE}, 1);
  }
};`;

/** How often a thread looks for a job before it sleeps: about as long as two jobs of a convolution are apart. */
const SPINS = 20_000;

const pools = new WeakMap<object, ThreadPool>();

/** The thread pool of tfjs's current backend; null where that is not WebAssembly, or has none. */
export function currentThreadPool(): ThreadPool | null {
  return tf.getBackend() === 'wasm' ? (pools.get(tf.backend()) ?? null) : null;
}

/** Makes tfjs's operations use a thread pool while this backend is the current one. @param pool null: none */
export function assignThreadPool(backend: BackendWasm, pool: ThreadPool | null): void {
  if (pool) pools.set(backend, pool);
  else pools.delete(backend);
}

/** Whether the browser can let the processor multiply and add in one step. */
export function isFused(): boolean {
  return WebAssembly.validate(decode('fused alone'));
}

export class ThreadPool {
  private constructor(
    private readonly wasm: Emscripten,
    private readonly memory: WebAssembly.Memory,
    private readonly kernels: Kernels,
    private readonly workers: readonly Worker[],
    /** Addresses. */
    private readonly control: number,
    private readonly job: number,
  ) {}

  /**
   * Starts `threads`, this one included; without shared memory there is this one alone.
   * @param fused whether products and sums are rounded once; the default is what is fastest here
   * @returns null where tfjs does not show its memory
   */
  static async start(backend: BackendWasm, threads: number, fused = isFused()): Promise<ThreadPool | null> {
    const wasm = backend.wasm as unknown as Emscripten;
    const memory = wasm.wasmMemory ?? wasm.asm?.memory;
    if (!memory) return null;
    const shared = typeof SharedArrayBuffer !== 'undefined' && memory.buffer instanceof SharedArrayBuffer;
    const module = await WebAssembly.compile(
      decode(`${fused ? 'fused' : 'plain'} ${shared ? 'shared' : 'alone'}`),
    );
    const { exports } = await WebAssembly.instantiate(module, { env: { memory, abort() {} } });
    const control = wasm._malloc(4 * (CONTROL_WORDS + fields.WORDS));
    const job = control + 4 * CONTROL_WORDS;
    new Int32Array(memory.buffer, control, CONTROL_WORDS).fill(0);
    const count = shared ? threads - 1 : 0;
    const message = { module, memory, control, job, spins: SPINS };
    const workers = await Promise.all(Array.from({ length: count }, () => startThread(message)));
    return new ThreadPool(wasm, memory, exports as unknown as Kernels, workers, control, job);
  }

  /** Threads, the one that calls included. */
  get threads(): number {
    return this.workers.length + 1;
  }

  /** Runs one job on all threads, and comes back when it is done. */
  run(job: Job): void {
    const words = new Int32Array(this.memory.buffer, this.job, fields.WORDS);
    words.fill(0);
    for (const [name, value] of Object.entries(job)) words[PLACES[name as Field]] = value;
    if (this.workers.length === 0) {
      this.kernels.work(this.job);
      return;
    }
    const control = new Int32Array(this.memory.buffer, this.control, CONTROL_WORDS);
    Atomics.store(control, DONE, 0);
    Atomics.add(control, GENERATION, 1);
    Atomics.notify(control, GENERATION);
    this.kernels.work(this.job);
    // The others are at their last units; where this is a page's main thread it may not sleep.
    while (Atomics.load(control, DONE) < this.workers.length);
  }

  /** Memory for the time of `use`, in bytes, each part at an address that vectors like. */
  withRoom<T>(parts: readonly number[], use: (addresses: number[]) => T): T {
    const sizes = parts.map((bytes) => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT);
    const address = this.wasm._malloc(sizes.reduce((sum, bytes) => sum + bytes, ALIGNMENT));
    try {
      let next = Math.ceil(address / ALIGNMENT) * ALIGNMENT;
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

  /** Where a tensor of the backend lies. */
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

/** As `withOutput`, of several maps. */
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

function startThread(message: unknown): Promise<Worker> {
  const url = URL.createObjectURL(new Blob([THREAD], { type: 'text/javascript' }));
  return new Promise((resolve, reject) => {
    const worker = new Worker(url);
    worker.onmessage = () => {
      URL.revokeObjectURL(url);
      resolve(worker);
    };
    worker.onerror = () => reject(new Error('A thread of the kernels did not start.'));
    worker.postMessage(message);
  });
}

function decode(name: string): Uint8Array<ArrayBuffer> {
  const text = atob(COMPILED[name as keyof typeof COMPILED]);
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
