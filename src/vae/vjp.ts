import * as tf from '@tensorflow/tfjs-core';
import { type RunOptions, runStagesSync } from './run';
import { type Pass, plan, type Stage } from './stage';

/** Stages between two places where only one map passes. */
interface Unit {
  stages: Stage[];
  /** The map that enters, while it is kept. */
  x: tf.Tensor4D | null;
  /** Its numbers. */
  size: number;
  work: number;
}

/** Going back through a unit costs about this much of its way forward: a residual block's first half is run once more. */
const BACKWARD_WORK = 1.5;

/**
 * Most maps that are let go when a sweep is past them, before it comes to where it needs the most memory: the last ones, where they
 * are large. The next sweep computes them again, which is a short way from the one before them.
 */
const LATE = 2;

/**
 * Vector-Jacobian products of a list of stages. The maps between units (a residual block, an attention, a resampling) are
 * kept from one pass forward, but for the last ones (see `LATE`); what lies inside a unit is computed again when a sweep comes by,
 * and let go of before the next. One cotangent is swept back after the other, so that there is one set of gradients at a time.
 * Chen et al. 2016 call it recomputation.
 *
 * @param input where the Jacobian is taken
 * @param cotangents each of the output's shape
 * @returns one gradient of the input's shape for each cotangent, outside any `tf.tidy` scope; the caller disposes them
 */
export async function vectorJacobianProducts(
  stages: readonly Stage[],
  input: tf.Tensor4D,
  cotangents: readonly tf.Tensor4D[],
  { checkpoint, taps = {} }: RunOptions = {},
): Promise<tf.Tensor4D[]> {
  const pass: Pass = { taps, dtype: 'float32' };
  const units = split(stages, input.shape[1], input.shape[2]);
  const late = firstLate(units);
  const gradients: tf.Tensor4D[] = [];
  const sum = (some: readonly Unit[]) => some.reduce((work, unit) => work + unit.work, 0);
  const again = sum(units.slice(late - 1, -1));
  const forwardWork = sum(units) - units[units.length - 1].work;
  const total =
    forwardWork + BACKWARD_WORK * cotangents.length * sum(units) + (cotangents.length - 1) * again;
  let done = 0;
  const advance = (work: number, { stages: [stage] }: Unit) => {
    done += work;
    return checkpoint?.(Math.min(done, total), total, stage);
  };
  let dy: tf.Tensor4D | null = null;
  try {
    await advance(0, units[0]);
    units[0].x = tf.clone(input);
    for (const [sweep, cotangent] of cotangents.entries()) {
      for (const [index, unit] of units.entries()) {
        if (unit.x) continue;
        unit.x = forward(units[index - 1], taps);
        await advance(units[index - 1].work, unit);
      }
      dy = tf.clone(cotangent);
      for (const [index, unit] of [...units.entries()].reverse()) {
        const dx = unitVjp(unit, dy, pass);
        dy.dispose();
        dy = dx;
        if (index >= late || sweep === cotangents.length - 1) letGo(unit);
        await advance(BACKWARD_WORK * unit.work, unit);
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
    units.forEach(letGo);
  }
}

function letGo(unit: Unit): void {
  unit.x?.dispose();
  unit.x = null;
}

/** The index of the first unit whose map is let go when a sweep is past it. */
function firstLate(units: readonly Unit[]): number {
  const largest = Math.max(...units.map(({ size }) => size));
  let first = units.length;
  while (first > 1 && first > units.length - LATE && 2 * units[first - 1].size >= largest) first -= 1;
  return first;
}

function unitVjp(unit: Unit, dy: tf.Tensor4D, pass: Pass): tf.Tensor4D {
  const [first, second] = unit.stages;
  const x = entering(unit);
  if (!second) return tf.tidy(() => first.vjp({ x, skip: null }, dy, pass));
  const dh = tf.tidy(() => second.vjp(first.run({ x, skip: null }, pass), dy, pass));
  const dx = tf.tidy(() => first.vjp({ x, skip: null }, dh, pass));
  dh.dispose();
  const whole = second.skipVjp ? second.skipVjp(dx, dy) : dx;
  if (whole !== dx) dx.dispose();
  return whole;
}

function forward(unit: Unit, taps: RunOptions['taps']): tf.Tensor4D {
  return tf.tidy(() => runStagesSync(unit.stages, entering(unit), taps));
}

function entering({ x, stages }: Unit): tf.Tensor4D {
  if (!x) throw new Error(`The map that enters "${stages[0].name}" was let go.`);
  return x;
}

/** A unit ends where a stage leaves no second map for the next: it has one stage, or the two halves of a residual block. */
function split(stages: readonly Stage[], rows: number, cols: number): Unit[] {
  const works = plan(stages, rows, cols);
  const units: Unit[] = [];
  let open: Unit | null = null;
  let scale = 1;
  for (const [index, stage] of stages.entries()) {
    open ??= { stages: [], x: null, size: stage.channels.in * rows * cols * scale ** 2, work: 0 };
    open.stages.push(stage);
    open.work += works[index];
    scale *= stage.resize;
    if (stage.leavesSkip) continue;
    units.push(open);
    open = null;
  }
  return units;
}
