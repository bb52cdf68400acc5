/** Timing of computations on tfjs's current backend. */
import * as tf from '@tensorflow/tfjs-core';

/** A run shorter than this, in milliseconds, is lost in the clock's grain and in the way to the device. */
const LONG_ENOUGH = 40;
const MAX_CALLS = 64;

/** Finds how many calls of a layer make up one timed run. Runs it twice: the first call compiles its programs. */
export async function callsPerRun(run: () => tf.Tensor): Promise<number> {
  await timeCalls(run, 1);
  const once = await timeCalls(run, 1);
  return Math.min(MAX_CALLS, Math.max(1, Math.ceil(LONG_ENOUGH / Math.max(once, 0.01))));
}

/** Milliseconds a call, of `calls` calls one behind the other, until the device has done the last of them. */
export async function timeCalls(run: () => tf.Tensor, calls: number): Promise<number> {
  const start = performance.now();
  let last: tf.Tensor | null = null;
  for (let call = 0; call < calls; call++) {
    last?.dispose();
    last = run();
  }
  if (last) await finished(last);
  const milliseconds = performance.now() - start;
  last?.dispose();
  return milliseconds / calls;
}

/** Resolves when a tensor's numbers are there: reading one of them waits for all that was asked for before. */
async function finished(tensor: tf.Tensor): Promise<void> {
  const one = tf.tidy(() => tf.slice(tf.reshape(tensor, [-1]), 0, 1));
  await one.data();
  one.dispose();
}
