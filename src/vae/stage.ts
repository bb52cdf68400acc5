import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Taps } from './taps';

/** What passes from stage to stage: the map, and inside a residual block the map that will be added to it. */
export interface Flow {
  x: Tensor4D;
  skip: Tensor4D | null;
}

/**
 * A piece of the encoder or decoder small enough that a worker can look at its messages between two of them.
 * Running all stages in order is the whole network; nothing else connects them.
 */
export interface Stage {
  /** For people: "decoder, level 2 of 4". */
  name: string;
  /** The output's side over the input's: 2, 1 or 1/2. */
  resize: number;
  /** Estimated floating-point operations for an input of `rows` x `cols`; only ratios matter, for progress. */
  work(rows: number, cols: number): number;
  /** True for the first half of a residual block, which leaves a second map beside the first. */
  leavesSkip?: boolean;
  /** Makes the next flow from this one. It disposes nothing: the caller owns both. */
  run(flow: Flow, taps: Taps): Flow;
}

/** The work of each stage for a first input of `rows` x `cols`. */
export function plan(stages: readonly Stage[], rows: number, cols: number): number[] {
  let scale = 1;
  return stages.map((stage) => {
    const work = stage.work(rows * scale, cols * scale);
    scale *= stage.resize;
    return work;
  });
}
