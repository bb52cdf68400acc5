import { expect, test } from 'vitest';
import { small } from './small';

test('ours and onnxruntime agree on WebGPU, too', async ({ skip }) => {
  if (!(await navigator.gpu?.requestAdapter())) skip('This browser offers no WebGPU adapter.');
  const { passes } = await small({ backends: ['webgpu'], frameworks: ['ours', 'ort'], sizes: [16] });
  expect(passes).toHaveLength(4);
  for (const { framework, outcome } of passes) {
    expect(outcome, framework).toMatchObject({ kind: 'timed' });
    if (outcome.kind !== 'timed') continue;
    expect(outcome.gpuBytes).toBeGreaterThan(2 ** 18);
    if (framework === 'ort') expect(outcome.error).toBeLessThan(1e-4);
  }
});
