import * as tf from '@tensorflow/tfjs-core';
import { type RunOptions, runStagesSync } from './run';
import { type Pass, plan, type Stage } from './stage';

/** Stages between two places where only one map passes. `x` is the map that enters. */
interface Unit {
  stages: Stage[];
  x: tf.Tensor4D;
  work: number;
}

/** Going back through a unit costs about this much of its way forward: a residual block's first half is run once more. */
const BACKWARD_WORK = 1.5;

/**
 * Vector-Jacobian products of a list of stages. The maps between units (a residual block, an attention, a resampling) are
 * kept from one pass forward; what lies inside a unit is computed again when a sweep comes by, and let go of before the next. One
 * cotangent is swept back after the other, so that there is one set of gradients at a time. Chen et al. 2016 call it
 * recomputation.
 *
 * @param input where the Jacobian is taken
 * @param cotangents each of the output's shape
 * @returns one gradient of the input's shape for each cotangent, outside any `tf.tidy` scope; the caller disposes them
 */
export async function pullBack(
  stages: readonly Stage[],
  input: tf.Tensor4D,
  cotangents: readonly tf.Tensor4D[],
  { checkpoint, taps = {} }: RunOptions = {},
): Promise<tf.Tensor4D[]> {
  const pass: Pass = { taps, storage: 'float' };
  const units: Unit[] = [];
  const gradients: tf.Tensor4D[] = [];
  const works = plan(stages, input.shape[1], input.shape[2]);
  const total = (1 + BACKWARD_WORK * cotangents.length) * works.reduce((sum, work) => sum + work, 0);
  let done = 0;
  let dy: tf.Tensor4D | null = null;
  try {
    await checkpoint?.(0, total, stages[0]);
    for (const unit of split(stages, works)) {
      const x = units.length === 0 ? tf.clone(input) : forward(units[units.length - 1], taps);
      units.push({ ...unit, x });
      done += unit.work;
      await checkpoint?.(done, total, unit.stages[0]);
    }
    for (const cotangent of cotangents) {
      dy = tf.clone(cotangent);
      for (const unit of units.toReversed()) {
        const dx = pulledThrough(unit, dy, pass);
        dy.dispose();
        dy = dx;
        done += BACKWARD_WORK * unit.work;
        await checkpoint?.(Math.min(done, total), total, unit.stages[0]);
      }
      gradients.push(dy);
      dy = null;
    }
    return gradients;
  } catch (error) {
    tf.dispose(gradients);
    dy?.dispose();
    throw error;
  } finally {
    for (const { x } of units) x.dispose();
  }
}

function pulledThrough({ stages: [first, second], x }: Unit, dy: tf.Tensor4D, pass: Pass): tf.Tensor4D {
  if (!second) return tf.tidy(() => first.pull({ x, skip: null }, dy, pass));
  const dh = tf.tidy(() => second.pull(first.run({ x, skip: null }, pass), dy, pass));
  const dx = tf.tidy(() => first.pull({ x, skip: null }, dh, pass));
  dh.dispose();
  const whole = second.pullSkip ? second.pullSkip(dx, dy) : dx;
  if (whole !== dx) dx.dispose();
  return whole;
}

function forward({ stages, x }: Unit, taps: RunOptions['taps']): tf.Tensor4D {
  return tf.tidy(() => runStagesSync(stages, x, taps));
}

/** A unit ends where a stage leaves no second map for the next: it has one stage, or the two halves of a residual block. */
function split(stages: readonly Stage[], works: readonly number[]): Omit<Unit, 'x'>[] {
  const units: Omit<Unit, 'x'>[] = [];
  let open: Omit<Unit, 'x'> = { stages: [], work: 0 };
  for (const [index, stage] of stages.entries()) {
    open.stages.push(stage);
    open.work += works[index];
    if (stage.leavesSkip) continue;
    units.push(open);
    open = { stages: [], work: 0 };
  }
  return units;
}
