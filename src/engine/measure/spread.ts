/** Summary of several timings of one thing. Pure. */
import { median } from '@/latent/statistics';

/** Several runs of one thing, in milliseconds. */
export interface Timing {
  median: number;
  least: number;
  most: number;
  /** Each run, in order. */
  runs: number[];
}

export function timing(runs: readonly number[]): Timing {
  return { median: median(runs), least: Math.min(...runs), most: Math.max(...runs), runs: [...runs] };
}
