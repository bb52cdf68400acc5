import type { Pixels } from '../../../engine/protocol';

/** Change of the whole picture's mean red, green and blue, levels, from two pictures of one size. */
export function meanShift(base: Pixels, edited: Pixels): [number, number, number] {
  const sums: [number, number, number] = [0, 0, 0];
  for (let at = 0; at < base.data.length; at += 4) {
    for (let colour = 0; colour < 3; colour++)
      sums[colour] += edited.data[at + colour] - base.data[at + colour];
  }
  const pixels = base.data.length / 4;
  return [sums[0] / pixels, sums[1] / pixels, sums[2] / pixels];
}
