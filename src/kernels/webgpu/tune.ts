/** How a graphics processor is fastest with convolutions: found by trying, for no figure of it says so. */
import * as tf from '@tensorflow/tfjs-core';
import { convolve } from './convolution';
import { same } from './geometry';
import { Recorder } from './recorder';
import { preferTile, TILES } from './tiled';
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

/** What was found for a device. */
export interface Tuning {
  /** A place in `TILES`; null where none could be run. */
  tile: number | null;
  winograd: boolean;
}

/** Makes a device compute as was found. */
export function adopt(device: GPUDevice, { tile, winograd }: Tuning): void {
  preferTile(device, tile === null ? null : TILES[tile]);
  preferWinograd(device, winograd);
}

/** How far Winograd's way may be from the definition, relative to the largest value; it loses a digit, not four. */
const TOLERANCE = 1e-3;

/**
 * Tries all tiles, then Winograd's way with the fastest, on tfjs's current backend, which must be WebGPU; adopts what won.
 * Winograd's way is out where it does not give what the definition gives.
 */
export async function tune({ side, channels } = TRIAL): Promise<Tuning> {
  const recorder = new Recorder(tf.backend());
  const { device } = recorder;
  const x = tf.randomUniform([1, side, side, channels], -1, 1, 'float32', 1);
  const filter = tf.randomUniform([9, channels, channels], -1, 1, 'float32', 2);
  const compute = (tuning: Tuning) => {
    adopt(device, tuning);
    const out = recorder.output([1, side, side, channels]);
    convolve(recorder, { x, filter }, same(3, side, side), out);
    recorder.submit();
    return out;
  };
  const time = async (tuning: Tuning) => {
    device.pushErrorScope('validation');
    await device.queue.onSubmittedWorkDone();
    const start = performance.now();
    const out = compute(tuning);
    await device.queue.onSubmittedWorkDone();
    const took = performance.now() - start;
    recorder.dispose(out);
    const error = await device.popErrorScope();
    if (error) throw new Error(error.message);
    return took;
  };
  const values = async (tuning: Tuning) => {
    const out = compute(tuning);
    const read = (await tf.backend().read(out.dataId)) as Float32Array;
    recorder.dispose(out);
    return read;
  };
  try {
    const tiles = TILES.map((_, tile) => ({ tile, winograd: false }));
    const direct = (await fastest(tiles, time)) ?? { tile: null, winograd: false };
    const winograd = { ...direct, winograd: true };
    const agree = isClose(await values(winograd), await values(direct));
    const tuning = agree ? ((await fastest([direct, winograd], time)) ?? direct) : direct;
    adopt(device, tuning);
    return tuning;
  } finally {
    tf.dispose([x, filter]);
  }
}

/** Whether all numbers are as they should be, and there are numbers at all. */
export function isClose(actual: Float32Array, expected: Float32Array): boolean {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return largest > 0 && expected.every((value, at) => Math.abs(actual[at] - value) <= TOLERANCE * largest);
}
