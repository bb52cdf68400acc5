/** Direct convolutions on WebAssembly: 1x1, stride 2, few channels. */
import type * as tf from '@tensorflow/tfjs-core';
import { CONVOLVE, FILL_BAND, PACK_FILTER, PANEL, PIXELS_AT_ONCE } from './fields';
import type { Convolution } from './job';
import { convolutionJob } from './job';
import { type ThreadPool, withOutput } from './threadPool';

/** Bytes of the rows of a map that are read at a time, about what a processor's cache holds. */
const BAND = 1 << 22;

/**
 * Tells whether a filter `[height, width, in, out]` is one of ours, and its gradient: a product's rows have an even number of
 * terms.
 */
export function suitsDirect([height, width, ins, outs]: readonly number[]): boolean {
  if (height !== width) return false;
  return height === 3 || (height === 1 && ins % 2 === 0 && outs % 2 === 0);
}

export function direct(pool: ThreadPool, convolution: Convolution): tf.Tensor4D {
  const { x, side, outs, stride = 1 } = convolution;
  const [, height, width, ins] = x.shape;
  const [rows, cols] = [height / stride, width / stride];
  const line = (width + 2) * ins;
  // 1x1 has no need of zeros around: the map is one row.
  const most = side === 1 ? 1 : Math.min(rows, Math.max(1, Math.floor(BAND / (4 * stride * line))));
  const bandRows = (count: number) => stride * count + 2;
  const across = side === 1 ? rows * cols : cols;
  const panels = Math.ceil(outs / PANEL);
  const depth = 2 * Math.ceil((side * ins) / 2);
  // What the last pixels of a unit that is not full read after a band, and the term that makes a depth even.
  const behind = side === 1 ? 0 : 4 * ((stride * PIXELS_AT_ONCE + side) * ins + 1);
  const scratch = 4 * PIXELS_AT_ONCE * (panels * PANEL + (side === 1 ? ins : 0));
  const room = [
    4 * side * panels * depth * PANEL,
    side === 1 ? 0 : 4 * bandRows(most) * line + behind,
    4 * 2 * ins,
    scratch * pool.threads,
  ];
  return withOutput([1, rows, cols, outs], (out) =>
    pool.withRoom(room, ([weights, band, coefficients, workspaces]) => {
      const common = {
        ...convolutionJob(pool, convolution, out, coefficients),
        ACROSS: across,
        STEP: stride,
        SIDE: side,
        DEPTH: depth,
        WEIGHTS: weights,
        BAND: band,
        BEHIND: behind,
        SCRATCH: workspaces,
        SCRATCH_STEP: scratch,
      };
      pool.run({ ...common, OPERATION: PACK_FILTER, UNITS: panels });
      const units = Math.ceil(across / PIXELS_AT_ONCE);
      if (side === 1) {
        pool.run({ ...common, OPERATION: CONVOLVE, UNITS: units });
        return;
      }
      for (let first = 0; first < rows; first += most) {
        const count = Math.min(most, rows - first);
        const job = { ...common, FIRST: first };
        pool.run({ ...job, OPERATION: FILL_BAND, UNITS: bandRows(count) });
        pool.run({ ...job, OPERATION: CONVOLVE, UNITS: count * units });
      }
    }),
  );
}
