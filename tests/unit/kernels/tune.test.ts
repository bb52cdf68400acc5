import { expect, test } from 'vitest';
import { fastest, isClose } from '@/kernels/webgpu/tune';

test('the candidate with the shortest run wins; the first round, which compiles, does not count', async () => {
  const runs: Record<string, number[]> = { quick: [90, 5, 6, 5], slow: [1, 7, 8, 7], jumpy: [9, 30, 4, 30] };
  const order: string[] = [];
  const winner = await fastest(
    ['quick', 'slow', 'jumpy'],
    async (name) => {
      order.push(name);
      return runs[name].shift() as number;
    },
    3,
  );
  expect(winner).toBe('jumpy');
  expect(order.slice(0, 6)).toEqual(['quick', 'slow', 'jumpy', 'quick', 'slow', 'jumpy']);
});

test('a candidate that the device refuses is out, and is not tried again', async () => {
  let refused = 0;
  const winner = await fastest(['refused', 'only'], async (name) => {
    if (name === 'only') return 3;
    refused += 1;
    throw new Error('no');
  });
  expect(winner).toBe('only');
  expect(refused).toBe(1);
  expect(await fastest(['refused'], () => Promise.reject(new Error('no')))).toBeNull();
});

test('numbers agree within a thousandth of the largest, and only where there are any', () => {
  const expected = Float32Array.of(1, -4, 2);
  expect(isClose(Float32Array.of(1.003, -4, 1.997), expected)).toBe(true);
  expect(isClose(Float32Array.of(1.005, -4, 2), expected)).toBe(false);
  expect(isClose(Float32Array.of(1, Number.NaN, 2), expected)).toBe(false);
  expect(isClose(Float32Array.of(0, 0), Float32Array.of(0, 0))).toBe(false);
});
