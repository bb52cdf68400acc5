import type { Pixels } from '@/engine/protocol';

/** A square picture of which no two neighbours are alike: what the page opens, and what a test computes beside it. */
export function pattern(side: number): Pixels {
  const data = new Uint8ClampedArray(4 * side * side).map((_, at) => (at % 4 === 3 ? 255 : (at * 37) % 256));
  return { width: side, height: side, data };
}
