import { expect, test, vi } from 'vitest';
import { tuned } from '@/engine/backends/tuned';
import { UNTUNED } from '@/kernels/webgpu/tune';

test('where nothing can be remembered, as in Node, a device is tuned each time', async () => {
  expect(globalThis.indexedDB).toBeUndefined();
  const device = { adapterInfo: {}, features: new Set(), limits: {} } as unknown as GPUDevice;
  const choose = vi.fn(() => Promise.resolve(UNTUNED));
  await tuned(device, choose);
  await tuned(device, choose);
  expect(choose).toHaveBeenCalledTimes(2);
});

test('a program on the processor that has no subgroups is not tuned: trying takes half a minute', async () => {
  const named = (info: Partial<GPUAdapterInfo>) =>
    ({ adapterInfo: info, features: new Set(), limits: {} }) as unknown as GPUDevice;
  const choose = vi.fn(() => Promise.resolve(UNTUNED));
  await tuned(named({ isFallbackAdapter: true, vendor: '', architecture: '', description: '' }), choose);
  await tuned(named({ isFallbackAdapter: false, vendor: 'mesa', description: 'llvmpipe (LLVM 15)' }), choose);
  expect(choose).not.toHaveBeenCalled();
  await tuned(named({ isFallbackAdapter: false, vendor: 'nvidia', architecture: 'ampere' }), choose);
  expect(choose).toHaveBeenCalledTimes(1);
});
