/** The tuner's choice, made once for a device and remembered in the browser. */
import * as idb from 'idb-keyval';
import { database } from '@/common/database';
import { DTYPES } from '@/kernels/dtype';
import { adopt, candidates, type Tuning, tune as tuneDevice } from '@/kernels/webgpu/tune';
import { computesInLanes, computesInSoftware } from '@/kernels/webgpu/variant';
import { preferWinograd } from '@/kernels/webgpu/winograd';

const kept = database('keyval-store', 'keyval', async () => idb, 3000);

/** The key by which a device's tuning is remembered for the present list of candidates; another list is tried anew. */
function keyOf(gpu: GPUDevice): string {
  const { vendor, architecture, device, description } = gpu.adapterInfo;
  // Some browsers name no device; then its limits have to tell it from others.
  const names = [vendor, architecture, device, description].join(' / ');
  const { maxBufferSize, maxComputeWorkgroupStorageSize, maxComputeInvocationsPerWorkgroup } = gpu.limits;
  const limits = [maxBufferSize, maxComputeWorkgroupStorageSize, maxComputeInvocationsPerWorkgroup];
  return `tuning of ${names === ' /  /  / ' ? `a device of ${limits.join(', ')}` : names} among ${JSON.stringify(candidates(gpu))}`;
}

/**
 * Finds out how `device`, which tfjs's current backend uses, computes convolutions fastest.
 * @param tune tries, and adopts what won
 */
export async function tuned(device: GPUDevice, tune = () => tuneDevice()): Promise<void> {
  // Software adapters have programs of their own, and are too slow to try anything. On SwiftShader Winograd's way is 1.4 to 2
  // times as fast from 128 channels on.
  if (computesInLanes(device) !== null) {
    preferWinograd(device, DTYPES);
    return;
  }
  if (computesInSoftware(device)) return;
  const key = keyOf(device);
  const known = await remembered(() => kept.use(({ get }, table) => get<Tuning>(key, table)));
  if (known) {
    adopt(device, known);
    return;
  }
  const best = await tune();
  await remembered(() => kept.use(({ set }, table) => set(key, best, table)));
}

/** Storage may be forbidden (private windows, sandboxed frames), or not be there (Node): then it is tried each time. */
async function remembered<T>(use: () => Promise<T>): Promise<T | undefined> {
  try {
    return await use();
  } catch {
    return undefined;
  }
}
