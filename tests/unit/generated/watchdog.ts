/** Ends the process when one input takes far too long, and says which: a loop without an end cannot be interrupted from within. */
import { Worker } from 'node:worker_threads';

/** Longer than any limit that a test sets itself, as the machine may be busy. */
const SECONDS = 20;
const TEXT_BYTES = 1 << 16;

const shared = new SharedArrayBuffer(8 + TEXT_BYTES);
/** The number of the input, 0 between inputs; the length of its description. */
const state = new Int32Array(shared, 0, 2);
const text = new Uint8Array(shared, 8);

const PROGRAM = `
const { workerData } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const state = new Int32Array(workerData.shared, 0, 2);
const text = new Uint8Array(workerData.shared, 8);
let seen = 0;
let since = Date.now();
setInterval(() => {
  if (state[0] !== seen) [seen, since] = [state[0], Date.now()];
  if (seen === 0 || Date.now() - since < 1000 * workerData.seconds) return;
  const what = Buffer.from(text.slice(0, state[1])).toString();
  writeSync(2, '\\nNo end after ' + workerData.seconds + ' s: ' + what + '\\n');
  process.kill(process.pid, 'SIGKILL');
}, 500);
`;

let started = false;
let number = 0;

/** @param describe what is being done, for whoever has to find the loop */
export function watch(describe: string): void {
  if (!started) {
    started = true;
    new Worker(PROGRAM, { eval: true, workerData: { shared, seconds: SECONDS } }).unref();
  }
  state[1] = new TextEncoder().encodeInto(describe, text).written;
  Atomics.store(state, 0, ++number);
}

export function unwatch(): void {
  Atomics.store(state, 0, 0);
}
