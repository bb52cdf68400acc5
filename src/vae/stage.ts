import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Dtype } from '@/kernels/dtype';
import type { Taps } from './taps';

/** The flow from stage to stage: the map, and inside a residual block the map that will be added to it. */
export interface Flow {
  x: Tensor4D;
  skip: Tensor4D | null;
}

/** Settings that hold for a whole pass through the network. */
export interface Pass {
  taps: Taps;
  /**
   * Dtype in which the maps between the first convolution and the last are kept. float16 on WebGPU only, and not with gradients.
   */
  dtype: Dtype;
}

/**
 * A piece of the encoder or decoder small enough that a worker can look at its messages between two of them.
 * Running all stages in order is the whole network; nothing else connects them.
 */
export interface Stage {
  /** Name for people: "decoder, level 2 of 4". */
  name: string;
  /** The output's side over the input's: 2, 1 or 1/2. */
  resize: number;
  /** Estimated floating-point operations for an input of `rows` x `cols`; only ratios matter, for progress. */
  work(rows: number, cols: number): number;
  channels: { in: number; out: number };
  /** True for the first half of a residual block, which leaves a second map beside the first. */
  leavesSkip?: boolean;
  /**
   * The most numbers of maps that are there at once while it runs on an input of `rows` x `cols`: what it is given, what it
   * makes, and what it needs in between. `ahead`: maps are normalised before a convolution reads them, not while it does.
   */
  numbers(rows: number, cols: number, ahead: boolean): number;
  /** Makes the next flow from this one. It disposes nothing: the caller owns both. */
  run(flow: Flow, pass: Pass): Flow;
  /** The gradient with respect to `flow.x`, from that with respect to the output's map. It disposes nothing. */
  vjp(flow: Flow, dy: Tensor4D, pass: Pass): Tensor4D;
  /** `dx`, which is given up, plus the gradient with respect to `flow.skip`, for the second half of a residual block. */
  skipVjp?(dx: Tensor4D, dy: Tensor4D): Tensor4D;
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
