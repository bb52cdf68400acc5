import { expect, test } from 'vitest';
import { strips } from '@/kernels/webgpu/direct';
import { same } from '@/kernels/webgpu/geometry';
import { MOST_WORK } from '@/kernels/webgpu/recorder';
import type { ConvolutionShape } from '@/kernels/webgpu/shape';

const MIB = 2 ** 20;

function shape(side: number, channels: number): ConvolutionShape {
  const map = { height: side, width: side, channels, dtype: 'float32' as const };
  return {
    geometry: same(3, side, side),
    x: map,
    out: map,
    filter: 'float32',
    bias: true,
    affine: false,
    silu: false,
    add: false,
    accumulate: false,
  };
}

const device = (limit: number) => ({ limits: { maxStorageBufferBindingSize: limit } }) as GPUDevice;

test('a map that the device binds whole is one strip', () => {
  const [only, ...others] = strips(device(128 * MIB), shape(64, 128));
  expect(others).toEqual([]);
  expect(only).toMatchObject({ row0: 0, rows: 64, x: { start: 0, bytes: 2 * MIB } });
});

test('the largest map of a decode of 512 x 512 pixels fits the default limit of 128 MiB in strips that cover it', () => {
  const all = strips(device(128 * MIB), shape(512, 256));
  expect(all.length).toBeGreaterThan(1);
  let next = 0;
  for (const { row0, rows, x, out } of all) {
    expect(row0).toBe(next);
    next += rows;
    for (const { start, bytes } of [x, out]) {
      expect(start % 256).toBe(0);
      expect(bytes).toBeLessThanOrEqual(128 * MIB);
    }
    const rowBytes = 512 * 256 * 4;
    // A row above and a row below, but not beyond the map.
    expect(x.start).toBeLessThanOrEqual(Math.max(0, row0 - 1) * rowBytes);
    expect(x.start + x.bytes).toBe(Math.min(512, row0 + rows + 1) * rowBytes);
  }
  expect(next).toBe(512);
});

test('no strip is so much work that a slow processor would be taken for one that hangs', () => {
  const layer = shape(256, 512);
  const all = strips(device(2048 * MIB), layer);
  expect(all.length).toBeGreaterThan(1);
  for (const { rows } of all) expect(2 * 9 * 512 * 512 * 256 * rows).toBeLessThanOrEqual(MOST_WORK);
});
