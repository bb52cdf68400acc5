/** Seeded random cases. The generator is not the one under test. */
import { EDIT_KINDS, type Edit, type EditKind, editDefinition, type Field } from '@/edits';
import type { Cell, Latent, LatentShape, Levels } from '@/latent/types';

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

/** An edit of a kind that fits a latent, whatever fields the kind has. */
export function randomEditOf(kind: EditKind, random: Random, shape: LatentShape): Edit {
  const cell = randomCell(random, shape);
  const values: Record<Field<unknown>['type'], (field: Field<unknown>) => unknown> = {
    values: () => Array.from({ length: shape.channels }, () => (random() - 0.5) * 20),
    number: ({ asked }) => {
      const least = asked.by === 'number' ? asked.least : undefined;
      return least === undefined ? (random() - 0.5) * 6 : least + random() * 4;
    },
    seed: () => integer(random, 0, 2 ** 32 - 1),
    cell: () => {
      let other = randomCell(random, shape);
      while (other.row === cell.row && other.col === cell.col) other = randomCell(random, shape);
      return other;
    },
  };
  const fields = Object.entries(editDefinition(kind).fields).map(([name, field]) => [
    name,
    values[field.type](field),
  ]);
  const enabled = [undefined, true, false][integer(random, 0, 2)];
  return { kind, cell, ...Object.fromEntries(fields), ...(enabled !== undefined && { enabled }) };
}

export function randomEdit(random: Random, shape: LatentShape): Edit {
  return randomEditOf(EDIT_KINDS[integer(random, 0, EDIT_KINDS.length - 1)], random, shape);
}
