import * as tf from '@tensorflow/tfjs-core';
import { type RunOptions, runStagesSync } from './run';
import { plan, type Stage } from './stage';

/** Stages between two places where only one map passes. `x` is the map that enters. */
interface Unit {
  stages: Stage[];
  x: tf.Tensor4D;
  work: number;
}

/** Backward through a unit computes it forward once more and then costs about as much again. */
const BACKWARD_WORK = 2;

/**
 * Vector-Jacobian products of a list of stages, all `cotangents` in one sweep. Only the maps between units (a residual block,
 * an attention, a resampling) are kept; what lies inside is computed again when the sweep comes by, so that the memory is
 * that of one unit beside the kept maps, not that of all activations.
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
  const units: Unit[] = [];
  let gradients: tf.Tensor4D[] = [];
  const works = plan(stages, input.shape[1], input.shape[2]);
  const total = (1 + BACKWARD_WORK * cotangents.length) * works.reduce((sum, work) => sum + work, 0);
  let done = 0;
  try {
    await checkpoint?.(0, total, stages[0]);
    for (const unit of split(stages, works)) {
      const x = units.length === 0 ? tf.clone(input) : forward(units[units.length - 1], taps);
      units.push({ ...unit, x });
      done += unit.work;
      await checkpoint?.(done, total, unit.stages[0]);
    }
    for (const unit of units.toReversed()) {
      const before = gradients.length > 0 ? gradients : cotangents;
      gradients = tf.tidy(() =>
        before.map((dy) => tf.grad((x) => runStagesSync(unit.stages, x as tf.Tensor4D, taps))(unit.x, dy)),
      ) as tf.Tensor4D[];
      if (before !== cotangents) tf.dispose(before as tf.Tensor4D[]);
      unit.x.dispose();
      done += BACKWARD_WORK * cotangents.length * unit.work;
      await checkpoint?.(Math.min(done, total), total, unit.stages[0]);
    }
    return gradients;
  } catch (error) {
    tf.dispose(gradients);
    for (const { x } of units) x.dispose();
    throw error;
  }
}

function forward({ stages, x }: Unit, taps: RunOptions['taps']): tf.Tensor4D {
  return tf.tidy(() => runStagesSync(stages, x, taps));
}

/** A unit ends where a stage leaves no second map for the next. */
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
