/** Plain JavaScript: slow, and there on every computer. */
import '@tensorflow/tfjs-backend-cpu';
import { chooseKernels } from '@/kernels/currentKernels';
import { PlainKernels } from '@/kernels/plain';
import { explainAllocation, makeCurrent } from './common';
import type { LiveBackend } from './live';

export async function startCpu(): Promise<LiveBackend> {
  await makeCurrent('cpu');
  chooseKernels(new PlainKernels());
  return { threads: 1, settle: async () => {}, check: () => {}, explain: explainAllocation, trim: () => {} };
}
