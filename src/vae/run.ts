import * as tf from '@tensorflow/tfjs-core';
import type { Dtype } from '@/kernels/dtype';
import { type Flow, type Pass, plan, type Stage } from './stage';
import type { Taps } from './taps';

export interface RunOptions {
  /**
   * Awaited before the first stage and after each one, with the work done and the whole work, and the stage that
   * comes next (the last one again at the end). Let the event loop turn here; throw to stop: nothing leaks.
   */
  checkpoint?(done: number, total: number, stage: Stage): Promise<void> | void;
  taps?: Taps;
  /** Dtype in which maps are kept, by default float32. */
  dtype?: Dtype;
}

/** Runs all stages at once. The input stays the caller's; the result is a new tensor. */
export function runStagesSync(stages: readonly Stage[], input: tf.Tensor4D, taps: Taps = {}): tf.Tensor4D {
  let flow: Flow = { x: input, skip: null };
  for (const stage of stages) flow = advance(stage, flow, input, { taps, dtype: 'float32' });
  return flow.x;
}

/**
 * Runs the stages one by one and awaits `checkpoint` between them. The input stays the caller's; the result is a new
 * tensor, outside any `tf.tidy` scope, that the caller disposes.
 */
export async function runStages(
  stages: readonly Stage[],
  input: tf.Tensor4D,
  { checkpoint, taps = {}, dtype = 'float32' }: RunOptions = {},
): Promise<tf.Tensor4D> {
  const works = plan(stages, input.shape[1], input.shape[2]);
  const total = works.reduce((sum, work) => sum + work, 0);
  let flow: Flow = { x: input, skip: null };
  let done = 0;
  try {
    await checkpoint?.(0, total, stages[0]);
    for (const [index, stage] of stages.entries()) {
      flow = advance(stage, flow, input, { taps, dtype });
      done += works[index];
      await checkpoint?.(
        index === stages.length - 1 ? total : done,
        total,
        stages[Math.min(index + 1, stages.length - 1)],
      );
    }
    return flow.x;
  } catch (error) {
    for (const tensor of [flow.x, flow.skip]) if (tensor && tensor !== input) tensor.dispose();
    throw error;
  }
}

/** One stage; then lets go of what only it needed. */
function advance(stage: Stage, flow: Flow, input: tf.Tensor4D, pass: Pass): Flow {
  const next = tf.tidy(() => stage.run(flow, pass) as unknown as tf.TensorContainer) as unknown as Flow;
  for (const tensor of [flow.x, flow.skip]) {
    if (tensor && tensor !== input && tensor !== next.x && tensor !== next.skip) tensor.dispose();
  }
  return next;
}
