/** Plain JavaScript: slow, and there on every computer. */
import '@tensorflow/tfjs-backend-cpu';
import { explainAllocation, makeCurrent } from './common';
import type { LiveBackend } from './live';

export async function startCpu(): Promise<LiveBackend> {
  await makeCurrent('cpu');
  return { threads: 1, settle: async () => {}, check: () => {}, explain: explainAllocation, trim: () => {} };
}
