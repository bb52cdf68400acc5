/** Seeded random cases. The generator is not the one under test. */
import type { Cell, Edit, Latent, Levels } from '../../../src/inspect/types';

/** Park and Miller's minimal standard generator, in (0, 1). */
export function generator(seed: number): () => number {
  let state = (seed % 2147483646) + 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

export type Random = () => number;

export const integer = (random: Random, from: number, to: number) =>
  from + Math.floor(random() * (to - from + 1));

export function randomLatent(random: Random, rows: number, cols: number, channels: number): Latent {
  const data = Float32Array.from({ length: rows * cols * channels }, () => (random() - 0.5) * 8);
  return { rows, cols, channels, data };
}

export function randomLevels(random: Random, width: number, height: number): Levels {
  return { width, height, data: Float32Array.from({ length: width * height * 3 }, () => random() * 255) };
}

export const randomCell = (random: Random, grid: { rows: number; cols: number }): Cell => ({
  row: integer(random, 0, grid.rows - 1),
  col: integer(random, 0, grid.cols - 1),
});

export function randomEdit(random: Random, shape: Latent): Edit {
  const cell = randomCell(random, shape);
  const values = () => Array.from({ length: shape.channels }, () => (random() - 0.5) * 20);
  const enabled = [undefined, true, false][integer(random, 0, 2)];
  const edit = ((): Edit => {
    switch (integer(random, 0, 7)) {
      case 0:
        return { kind: 'set', cell, values: values() };
      case 1:
        return { kind: 'add', cell, values: values() };
      case 2:
        return { kind: 'paste', cell, values: values() };
      case 3:
        return { kind: 'scale', cell, factor: (random() - 0.5) * 6 };
      case 4:
        return { kind: 'zero', cell };
      case 5:
        return { kind: 'heal', cell };
      case 6:
        return { kind: 'noise', cell, sigma: random() * 4, seed: integer(random, 0, 2 ** 32 - 1) };
      default: {
        let other = randomCell(random, shape);
        while (other.row === cell.row && other.col === cell.col) other = randomCell(random, shape);
        return { kind: 'swap', cell, with: other };
      }
    }
  })();
  return enabled === undefined ? edit : { ...edit, enabled };
}
