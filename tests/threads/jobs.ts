/** Small jobs of all kinds that threads may disturb, and what they give on one thread. */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as fields from '@/kernels/wasm/fields';
import { type Job, ThreadPool, type ThreadPoolOptions } from '@/kernels/wasm/threadPool';

/** As much of tfjs's backend as a pool asks for: memory, from which is only ever taken. */
export function bareBackend(shared = true): BackendWasm {
  const wasmMemory = new WebAssembly.Memory({ initial: 64, maximum: 64, shared });
  let next = 1024;
  const _malloc = (bytes: number) => {
    next += bytes;
    return next - bytes;
  };
  return { wasm: { wasmMemory, _malloc, _free() {} } } as unknown as BackendWasm;
}

export async function startPool(
  backend: BackendWasm,
  threads: number,
  options: ThreadPoolOptions = {},
): Promise<ThreadPool> {
  const pool = await ThreadPool.start(backend, threads, { fused: false, ...options });
  if (!pool) throw new Error('There is no thread pool.');
  return pool;
}

interface Check {
  job: Job;
  /** Written before the job, and after it. */
  before: Float32Array;
  expected: Float32Array;
  out: Float32Array;
}

const CHANNELS = 8;
const CELLS = 56;

/** Jobs with their results. Each works in place, or on workspaces of its threads, or leaves what it should not have written. */
export class Jobs {
  private constructor(
    private readonly pool: ThreadPool,
    private readonly checks: readonly Check[],
  ) {}

  /** @param pool runs them; `backend` is the one that it was started with */
  static async prepare(pool: ThreadPool, backend: BackendWasm): Promise<Jobs> {
    const alone = await startPool(backend, 1);
    const room = (count: number) => alone.withRoom([4 * count], ([address]) => address);
    const noise = (count: number) => {
      const address = room(count);
      alone.floats(address, count).set(Float32Array.from({ length: count }, () => 2 * Math.random() - 1));
      return address;
    };
    const checks: Check[] = [];
    const add = (job: Job, count: number) => {
      const out = alone.floats(job.OUT!, count);
      const before = out.slice();
      alone.run(job);
      checks.push({ job, before, expected: out.slice(), out });
    };
    // Of one to five units each.
    for (const [height, width] of [
      [32, 40],
      [16, 16],
      [25, 31],
      [30, 17],
    ]) {
      const count = height * width * CHANNELS;
      const units = Math.ceil((height * width) / fields.PIXELS_A_UNIT);
      const common = { HEIGHT: height, WIDTH: width, INS: CHANNELS, UNITS: units, X: noise(count) };
      const [affine, factors] = [noise(2 * CHANNELS), noise(3 * CHANNELS)];
      add(
        { ...common, OPERATION: fields.NORMALISE, AFFINE: affine, SILU: 1, OUT: noise(count + 64) },
        count + 64,
      );
      // Of its own result: a unit that is done twice is another number.
      add({ ...common, OPERATION: fields.NORM_BACK, FACTORS: factors, OUT: noise(count + 64) }, count + 64);
    }
    const across = { X: noise(CELLS * CHANNELS), CELLS, INS: CHANNELS };
    const keys = noise(CELLS * CHANNELS);
    const values = noise(CELLS * CHANNELS);
    add(
      { ...across, OPERATION: fields.PACK_ACROSS, OUT: keys, UNITS: CELLS / fields.PANEL },
      CELLS * CHANNELS,
    );
    add({ ...across, OPERATION: fields.PACK_DOWN, OUT: values, PADDED: CELLS, UNITS: 1 }, CELLS * CHANNELS);
    const stride = CELLS + 16;
    const scratch = fields.QUERIES_A_UNIT * (2 * CHANNELS + stride + 1);
    add(
      {
        ...across,
        OPERATION: fields.ATTEND,
        PADDED: CELLS,
        STRIDE: stride,
        KEYS_ACROSS: keys,
        VALUES_DOWN: values,
        SCRATCH: room(scratch * pool.threads),
        SCRATCH_STEP: 4 * scratch,
        OUT: noise(CELLS * CHANNELS),
        UNITS: Math.ceil(CELLS / fields.QUERIES_A_UNIT),
      },
      CELLS * CHANNELS,
    );
    return new Jobs(pool, checks);
  }

  /** Runs jobs drawn at random. @returns how many gave other digits than on one thread */
  run(count: number): number {
    let wrong = 0;
    for (let index = 0; index < count; index++) {
      const { job, before, expected, out } = this.checks[Math.floor(Math.random() * this.checks.length)];
      out.set(before);
      this.pool.run(job);
      if (!out.every((value, at) => value === expected[at])) wrong += 1;
    }
    return wrong;
  }
}
