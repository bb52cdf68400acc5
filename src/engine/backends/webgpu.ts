/** WebGPU on a device of our own, with all that the adapter allows. */
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { InspectorError } from '@/common/errors';
import { chooseKernels } from '@/kernels/currentKernels';
import { WebgpuKernels } from '@/kernels/webgpu';
import { trimPool } from '@/kernels/webgpu/pool';
import { keepMatrixOffer, SUBGROUP_MATRIX } from '@/kernels/webgpu/subgroupMatrix';
import { GRAPHICS_LOST } from '../client/recovery';
import { REQUEST, within } from '../device/deadlines';
import { deviceLost, explainAllocation, makeCurrent, outOfMemory } from './common';
import type { LiveBackend } from './live';
import { tuned } from './tuned';

/** The limits a large decode meets; the defaults (128 MiB a binding) do not hold 512 x 512 pixels x 256 channels. */
const LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupsPerDimension',
] as const satisfies readonly (keyof GPUSupportedLimits)[];

const FEATURES: readonly GPUFeatureName[] = ['shader-f16', 'subgroups', 'timestamp-query', SUBGROUP_MATRIX];

/** Freed buffers kept for reuse, in bytes: within a decode of 512 x 512 pixels the largest is 256 MiB. */
const POOL_BUDGETS = { running: 2 ** 28, idle: 2 ** 28 };

export async function startWebgpu(adapter: GPUAdapter): Promise<LiveBackend> {
  const requested = adapter.requestDevice({
    requiredLimits: Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name] as number])),
    requiredFeatures: FEATURES.filter((feature) => adapter.features.has(feature)),
  });
  const device = await within(
    REQUEST,
    requested,
    () => new Error('It gave no answer when asked for a device.'),
  );
  keepMatrixOffer(device, adapter.info);
  const faults = watch(device);
  // Importing the package registered a backend that makes a device of its own, with the default limits.
  if (tf.findBackendFactory('webgpu')) tf.removeBackend('webgpu');
  const backend = new WebGPUBackend(device, adapter.info);
  tf.registerBackend('webgpu', () => backend, 3);
  await makeCurrent('webgpu');
  chooseKernels(new WebgpuKernels());
  await tuned(device);
  return {
    largestBuffer: device.limits.maxBufferSize,
    keepsFloat16: true,
    threads: 1,
    settle: oneStageBehind(device.queue),
    check: faults.check,
    explain: explainAllocation,
    trim: (when) => trimPool(backend, POOL_BUDGETS[when]),
  };
}

/**
 * Remembers the first thing that went wrong on the device. WebGPU reports errors beside the computation: a program
 * that is invalid leaves its output as it was, and reading that gives stale numbers, not an exception.
 */
function watch(device: GPUDevice): { check(): void } {
  let fault: InspectorError | null = null;
  device.addEventListener('uncapturederror', ({ error }) => {
    fault ??=
      error instanceof GPUOutOfMemoryError
        ? outOfMemory(error)
        : deviceLost('The graphics processor refused a program.', error);
  });
  void device.lost.then(({ message }) => {
    // A device that dies of a full memory reports that first.
    fault ??= deviceLost(GRAPHICS_LOST, message);
  });
  return {
    check() {
      if (fault) throw new InspectorError(fault.code, fault.message, fault.advice, { cause: fault.cause });
    },
  };
}

/**
 * Lets the processor be one stage ahead of the device: the device is never idle, progress is true, and a stop comes
 * one stage late instead of a whole decode.
 */
function oneStageBehind(queue: GPUQueue): () => Promise<void> {
  let previous: Promise<unknown> = Promise.resolve();
  return async () => {
    const submitted = queue.onSubmittedWorkDone();
    await previous;
    previous = submitted;
  };
}
