/** Every test that computes does so on poisoned memory, whichever way it starts its backend. */
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach } from 'vitest';
import { poisonBackend, poisonFreeHeap, takeFaults } from './poison';

const engine = tf.engine();
const setBackend = engine.setBackend.bind(engine);
engine.setBackend = async (name) => {
  const done = await setBackend(name);
  if (done) poisonBackend();
  return done;
};

beforeEach(() => {
  if (engine.backendName) poisonFreeHeap();
});

afterEach(() => {
  const faults = takeFaults();
  if (faults.length > 0) throw new Error(`Memory of others was written: ${faults.join('; ')}.`);
});
