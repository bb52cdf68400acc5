/** Division of the matrix of attention's scores into blocks of whole rows, one of which is held at a time. */

/**
 * Largest piece of the score matrix held at once, in numbers (16 MiB of float32). At 512x512 the whole matrix is
 * 64 MiB and at 1024x1024 one gibibyte; a few hundred query rows at a time keep the matrix multiplications long enough.
 */
export const CHUNK = 1 << 22;

/** Numbers of the block of scores that is held at once for so many cells. */
export function scoreBlock(cells: number, chunk = CHUNK): number {
  return cells * blockRows(cells, chunk);
}

/** Queries of such a block. */
export function blockRows(cells: number, chunk: number): number {
  return Math.min(cells, Math.max(1, Math.floor(chunk / cells)));
}
