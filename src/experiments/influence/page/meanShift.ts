import type { Pixels } from '@/engine/protocol';

/** Change of the whole picture's mean red, green and blue, levels, from two pictures of one size. */
export function meanShift(base: Pixels, edited: Pixels): [number, number, number] {
  const sums: [number, number, number] = [0, 0, 0];
  for (const colour of [0, 1, 2] as const) {
    for (let at = colour; at < base.data.length; at += 4) sums[colour] += edited.data[at]! - base.data[at]!;
  }
  const pixels = base.data.length / 4;
  return [sums[0] / pixels, sums[1] / pixels, sums[2] / pixels];
}
