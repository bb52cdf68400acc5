// Spreads the rows of a picture over threads. Every thread builds the scene
// for itself (a scene is code, not data) and takes rows until none are left.

import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

/** @typedef {(row: number, film: Float32Array) => void} RenderRow */
/** @typedef {{ scene: string, size: number, samples: number, film: SharedArrayBuffer, next: SharedArrayBuffer }} Job */

/** @param {Job} job @param {(row: number) => void} [progress] */
async function work({ scene, size, samples, film, next }, progress) {
  /** @type {{ rows: (size: number, samples: number) => RenderRow }} */
  const { rows } = await import(`./scene-${scene}.mjs`);
  const renderRow = rows(size, samples);
  const counter = new Int32Array(next);
  const pixels = new Float32Array(film);
  for (let row = Atomics.add(counter, 0, 1); row < size; row = Atomics.add(counter, 0, 1)) {
    renderRow(row, pixels);
    progress?.(row);
  }
}

/** @param {string} scene its file is scene-<name>.mjs
 * @param {{ size: number, samples: number, threads: number }} options
 * @param {number} channels numbers per pixel
 * @returns {Promise<Float32Array>} what the scene's rows wrote */
export async function renderRows(scene, { size, samples, threads }, channels) {
  const film = new SharedArrayBuffer(size * size * channels * 4);
  const next = new SharedArrayBuffer(4);
  /** @type {Job} */
  const job = { scene, size, samples, film, next };
  if (threads <= 1) {
    await work(job, (row) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${scene}: row ${row + 1} of ${size} `);
    });
  } else {
    await Promise.all(
      Array.from(
        { length: threads },
        () =>
          new Promise((resolve, reject) => {
            const worker = new Worker(new URL(import.meta.url), { workerData: job });
            worker.once('exit', resolve);
            worker.once('error', reject);
          }),
      ),
    );
  }
  return new Float32Array(film);
}

if (!isMainThread && parentPort) await work(workerData);
