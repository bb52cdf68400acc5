/** The ways in which a graphics processor is fastest with convolutions: found by trying, for no figure of it names them. */
import * as tf from '@tensorflow/tfjs-core';
import { DTYPES, type Dtype } from '../dtype';
import { convolve } from './convolution';
import { same } from './geometry';
import { type MatrixWays, matrixWays, preferMatrices } from './matrices';
import { Recorder } from './recorder';
import { preferTile, TILES } from './tiled';
import { narrow } from './widen';
import { preferWinograd } from './winograd';

/** A layer in the middle of the full network, small enough to take a millisecond on a graphics processor. */
const TRIAL = { side: 64, channels: 128 };
const ROUNDS = 5;

/**
 * The candidate of the shortest time. They are tried in turns, so that what disturbs the device for a while disturbs all.
 *
 * @param time one run of a candidate, in any unit; may reject, then the candidate is out
 * @returns null where none could be run
 */
export async function fastest<T>(
  candidates: readonly T[],
  time: (candidate: T) => Promise<number>,
  rounds = ROUNDS,
): Promise<T | null> {
  const best = new Map<T, number>(candidates.map((candidate) => [candidate, Number.POSITIVE_INFINITY]));
  // The first round compiles, and is not counted.
  for (let round = 0; round <= rounds; round++) {
    for (const candidate of [...best.keys()]) {
      try {
        const took = await time(candidate);
        if (round > 0) best.set(candidate, Math.min(best.get(candidate) as number, took));
      } catch {
        best.delete(candidate);
      }
    }
  }
  const [winner] = [...best].sort(([, a], [, b]) => a - b);
  return winner?.[0] ?? null;
}

/** The ways found to be fastest on a device. */
export interface Tuning {
  /** A place in `TILES`; null where none could be run. */
  tile: number | null;
  /** Products of small matrices, for maps kept so; null where the device has none, or is not the faster for them. */
  matrices: MatrixWays;
  /** Types of maps for which Winograd's way is the faster. */
  winograd: readonly Dtype[];
}

/** The ways of a device of which nothing is known. */
export const UNTUNED: Tuning = { tile: null, matrices: { float32: null, float16: null }, winograd: [] };

/** Makes a device compute as was found. */
export function adopt(device: GPUDevice, { tile, matrices, winograd }: Tuning): void {
  preferTile(device, tile === null ? null : TILES[tile]);
  preferMatrices(device, matrices);
  preferWinograd(device, winograd);
}

/** All that is tried on a device, beside Winograd's way. */
export function candidates(device: GPUDevice): readonly unknown[] {
  return [TILES, ...DTYPES.map((dtype) => [dtype, matrixWays(device, dtype)])];
}

/** Distance that a detour may have from the definition, relative to the largest value; it loses a digit, not four. */
const TOLERANCE = 1e-3;

/**
 * Tries all tiles, then for maps of either dtype products of small matrices and Winograd's way with what was fastest, on tfjs's
 * current backend, which must be WebGPU; adopts what won. A way is out that does not give what the definition gives.
 */
export async function tune({ side, channels } = TRIAL): Promise<Tuning> {
  const trial = new Trial(side, channels);
  try {
    const tiles = TILES.map((_, tile) => ({ ...UNTUNED, tile }));
    let best: Tuning = (await fastest(tiles, (tuning) => trial.time(tuning, 'float32'))) ?? UNTUNED;
    for (const dtype of DTYPES) {
      const expected = await trial.values(best, dtype);
      /** The fastest of what was best so far and of what agrees with it. */
      const better = async (others: readonly Tuning[]) => {
        const agreeing = [];
        for (const candidate of others) {
          const values = await trial.values(candidate, dtype).catch(() => null);
          if (values && isClose(values, expected)) agreeing.push(candidate);
        }
        if (agreeing.length === 0) return best;
        return (await fastest([best, ...agreeing], (tuning) => trial.time(tuning, dtype))) ?? best;
      };
      const { matrices, winograd }: Tuning = best;
      const ways = matrixWays(trial.recorder.device, dtype);
      best = await better(ways.map((way) => ({ ...best, matrices: { ...matrices, [dtype]: way } })));
      best = await better([{ ...best, winograd: [...winograd, dtype] }]);
    }
    adopt(trial.recorder.device, best);
    return best;
  } finally {
    trial.dispose();
  }
}

/** A layer to compute, on maps of either dtype. */
class Trial {
  readonly recorder = new Recorder(tf.backend());
  private readonly x: Record<Dtype, tf.TensorInfo>;
  private readonly filter: Record<Dtype, tf.TensorInfo>;

  constructor(
    private readonly side: number,
    private readonly channels: number,
  ) {
    const values = tf.randomUniform([1, side, side, channels], -1, 1, 'float32', 1);
    const packed = narrow(this.recorder, values);
    this.x = { float32: values, float16: { ...packed, shape: [1, side, side, channels / 2] } };
    const filter = tf.randomUniform([9, channels, channels], -1, 1, 'float32', 2);
    this.filter = { float32: filter, float16: narrow(this.recorder, filter) };
  }

  async values(tuning: Tuning, dtype: Dtype): Promise<Float32Array> {
    return this.valid(async () => {
      const out = this.compute(tuning, dtype);
      const values = (await tf.backend().read(out.dataId)) as Float32Array;
      this.recorder.dispose(out);
      return values;
    });
  }

  async time(tuning: Tuning, dtype: Dtype): Promise<number> {
    return this.valid(async () => {
      const { queue } = this.recorder.device;
      await queue.onSubmittedWorkDone();
      const start = performance.now();
      const out = this.compute(tuning, dtype);
      await queue.onSubmittedWorkDone();
      const took = performance.now() - start;
      this.recorder.dispose(out);
      return took;
    });
  }

  dispose(): void {
    for (const { float32, float16 } of [this.x, this.filter]) {
      (float32 as tf.Tensor).dispose();
      this.recorder.dispose(float16);
    }
  }

  private compute(tuning: Tuning, dtype: Dtype): tf.TensorInfo {
    const { recorder, side, channels } = this;
    adopt(recorder.device, tuning);
    const out = recorder.output([1, side, side, channels]);
    convolve(recorder, { x: this.x[dtype], filter: this.filter[dtype] }, same(3, side, side), out);
    recorder.submit();
    return out;
  }

  /** Turns the device's refusal into an error here, not a fault that ends the backend. */
  private async valid<T>(run: () => Promise<T>): Promise<T> {
    const { device } = this.recorder;
    device.pushErrorScope('validation');
    const result = await run().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    const refusal = await device.popErrorScope();
    if (refusal) throw new Error(refusal.message);
    if ('error' in result) throw result.error;
    return result.value;
  }
}

/** Tells whether all numbers are as they should be, and there are numbers at all. */
export function isClose(actual: Float32Array, expected: Float32Array): boolean {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return largest > 0 && expected.every((value, at) => Math.abs(actual[at] - value) <= TOLERANCE * largest);
}
