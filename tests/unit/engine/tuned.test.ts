import { expect, test, vi } from 'vitest';
import { tuned } from '../../../src/engine/backends/tuned';
import { UNTUNED } from '../../../src/kernels/webgpu/tune';

test('where nothing can be remembered, as in Node, a device is tuned each time', async () => {
  expect(globalThis.indexedDB).toBeUndefined();
  const device = { adapterInfo: {}, features: new Set(), limits: {} } as unknown as GPUDevice;
  const choose = vi.fn(() => Promise.resolve(UNTUNED));
  await tuned(device, choose);
  await tuned(device, choose);
  expect(choose).toHaveBeenCalledTimes(2);
});
