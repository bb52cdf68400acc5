/** Division of sums over all pixels of a map: each invocation adds up a chunk of one channel's, then the chunks are merged. */

/** Pixels that one invocation sums up, at least; and how many sums a channel is split into, at most. */
const SHORTEST = 32;
const MOST_CHUNKS = 256;

export function chunking(pixels: number): { length: number; chunks: number } {
  const length = Math.max(SHORTEST, Math.ceil(pixels / MOST_CHUNKS));
  return { length, chunks: Math.ceil(pixels / length) };
}
