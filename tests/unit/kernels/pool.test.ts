import { describe, expect, it } from 'vitest';
import { trimPool } from '@/kernels/webgpu/pool';

const MIB = 2 ** 20;

/** A pool as tfjs keeps it, with buffers that note their end. */
function pool(sizes: number[]) {
  const destroyed: number[] = [];
  const freeBuffers = new Map<string, GPUBuffer[]>();
  for (const size of sizes) {
    const key = `${size}_140`;
    const buffer = { size, usage: 140, destroy: () => destroyed.push(size) } as unknown as GPUBuffer;
    freeBuffers.set(key, [...(freeBuffers.get(key) ?? []), buffer]);
  }
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const bufferManager = {
    freeBuffers,
    numFreeBuffers: sizes.length,
    numBytesUsed: 0,
    numBytesAllocated: bytes,
  };
  return { bufferManager, destroyed };
}

describe('the pool of freed WebGPU buffers', () => {
  it('is left alone within its budget', () => {
    const { bufferManager, destroyed } = pool([100 * MIB, 100 * MIB]);
    trimPool({ bufferManager }, 256 * MIB);
    expect(destroyed).toEqual([]);
    expect(bufferManager.numFreeBuffers).toBe(2);
  });

  it('gives back its largest buffers beyond that, and keeps its own count', () => {
    const { bufferManager, destroyed } = pool([10 * MIB, 200 * MIB, 100 * MIB, 200 * MIB]);
    trimPool({ bufferManager }, 256 * MIB);
    expect(destroyed).toEqual([200 * MIB, 200 * MIB]);
    expect(bufferManager).toMatchObject({ numFreeBuffers: 2, numBytesAllocated: 110 * MIB });
    expect([...bufferManager.freeBuffers.values()].flat().map(({ size }) => size / MIB)).toEqual([10, 100]);
  });
});
