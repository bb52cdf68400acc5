/** Threads of a pool in Node: what a thread runs expects the scope of a browser's worker. */
import { Worker } from 'node:worker_threads';
import type { SpawnThread } from '@/kernels/wasm/thread';

const SCOPE = `
const { parentPort } = require('node:worker_threads');
const listeners = [];
globalThis.addEventListener = (type, listener) => listeners.push(listener);
globalThis.postMessage = (message) => parentPort.postMessage(message);
parentPort.on('message', (data) => {
  for (const listener of [...listeners, globalThis.onmessage]) listener({ data });
});
`;

export const spawnNodeThread: SpawnThread = (source, message) => {
  const worker = new Worker(`${SCOPE}${source}`, { eval: true });
  const ready = new Promise<void>((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('error', reject);
  });
  worker.postMessage(message);
  return { ready, terminate: () => void worker.terminate() };
};
