/** The part of tfjs's buffer manager that `trimPool` looks into. */
interface BufferPool {
  freeBuffers: Map<string, GPUBuffer[]>;
  numFreeBuffers: number;
  numBytesUsed: number;
  numBytesAllocated: number;
}

/**
 * tfjs never destroys a freed buffer, and reuses it only for exactly its size: every level of every picture size adds
 * its own. Once the free ones exceed `budget` bytes, the largest go.
 */
export function trimPool(backend: { bufferManager: unknown }, budget: number): void {
  const pool = backend.bufferManager as BufferPool;
  const free = [...pool.freeBuffers.values()].flat().sort((a, b) => b.size - a.size);
  let kept = free.reduce((bytes, buffer) => bytes + buffer.size, 0);
  for (const buffer of free) {
    if (kept <= budget) break;
    const same = pool.freeBuffers.get(`${buffer.size}_${buffer.usage}`);
    const at = same?.indexOf(buffer) ?? -1;
    if (!same || at < 0) continue;
    same.splice(at, 1);
    pool.numFreeBuffers -= 1;
    pool.numBytesAllocated -= buffer.size;
    kept -= buffer.size;
    buffer.destroy();
  }
}
