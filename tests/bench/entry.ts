/** One contender in one comparison, and what becomes of it. */

import { toPlain } from '@/common/errors';
import { timing } from '@/engine/measure/spread';
import type { ContenderSpec, Pass } from './contenders/contender';
import { type Lane, LimitExceeded } from './lane';
import type { Precision } from './onnx/graph';
import type { Outcome, Ratio, Timed } from './report';

type Numbers = Float32Array<ArrayBuffer>;

/** Largest difference allowed, relative to the largest value. */
const TOLERANCE: Record<Precision, number> = { float32: 1e-3, float16: 5e-2 };

/** A contender in one comparison. */
export class Entry {
  readonly times: number[] = [];
  /** Set where it ended otherwise than timed. */
  outcome: Exclude<Outcome, { kind: 'timed' }> | null = null;
  /** Largest so far; null while it is the reference itself. */
  error: number | null = null;
  /** The most it held in any run. */
  readonly memory = { gpuBytes: 0, wasmBytes: 0 };

  constructor(readonly lane: Lane) {}

  compare(output: Numbers, reference: Numbers): void {
    this.error = Math.max(this.error ?? 0, relativeError(output, reference));
    if (!(this.error <= TOLERANCE[this.lane.spec.precision])) this.end({ kind: 'wrong', error: this.error });
  }

  noteMemory({ gpuBytes, wasmBytes }: Pick<Pass, 'gpuBytes' | 'wasmBytes'>): void {
    this.memory.gpuBytes = Math.max(this.memory.gpuBytes, gpuBytes);
    this.memory.wasmBytes = Math.max(this.memory.wasmBytes, wasmBytes);
  }

  /** @param flops of one run */
  timed(own: Entry | undefined, flops: number): Timed {
    const milliseconds = timing(this.times);
    const gflops = flops / milliseconds.median / 1e6;
    return { kind: 'timed', milliseconds, ratio: ratioOf(this, own), error: this.error, gflops };
  }

  fail(error: unknown): void {
    if (error instanceof LimitExceeded) this.end({ kind: 'exceeded', seconds: error.seconds, note: '' });
    else this.end({ kind: 'failed', reason: toPlain(error).message });
  }

  end(outcome: Exclude<Outcome, { kind: 'timed' }>): void {
    this.outcome = outcome;
  }
}

/** This project in single precision, which the others are set against. */
export function ownOf(entries: readonly Entry[]): Entry | undefined {
  return entries.find(({ lane: { spec } }) => spec.framework === 'ours' && spec.precision === 'float32');
}

/** Run by run, the other's time over this project's; null for this project, and where either has no times. */
function ratioOf(entry: Entry, own: Entry | undefined): Ratio | null {
  if (!own || own === entry || own.outcome) return null;
  const { median, least, most } = timing(entry.times.map((time, run) => time / own.times[run]));
  return { median, least, most };
}

/** Largest difference over the largest value of the reference; infinity where there is no number. */
export function relativeError(values: Numbers, reference: Numbers): number {
  if (values.length !== reference.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  let error = 0;
  for (let at = 0; at < reference.length; at++) {
    largest = Math.max(largest, Math.abs(reference[at]));
    const difference = Math.abs(values[at] - reference[at]);
    if (!Number.isFinite(difference)) return Number.POSITIVE_INFINITY;
    error = Math.max(error, difference);
  }
  return error / largest;
}

export function nameOf({ framework, precision }: Pick<ContenderSpec, 'framework' | 'precision'>): string {
  const names = { ours: 'latent-inspector', tfjs: 'tfjs, stock', ort: 'onnxruntime-web' };
  return precision === 'float32' ? names[framework] : `${names[framework]}, ${precision}`;
}
