import { expect, test } from 'vitest';
import { type Edit, fittingEdits, moveEdits } from '@/edits';
import { moveCell } from '@/latent/moveCell';
import { generator, integer, randomCell } from '../measures/cases';
import { add, heal } from '../session/fakes';

test('a moved cell contains the centre of the old one', () => {
  const random = generator(41);
  for (let round = 0; round < 300; round++) {
    const from = { rows: integer(random, 1, 96), cols: integer(random, 1, 96) };
    const to = { rows: integer(random, 1, 96), cols: integer(random, 1, 96) };
    const cell = randomCell(random, from);
    const moved = moveCell(cell, from, to);
    const centre = (cell.row + 0.5) / from.rows;
    expect(moved.row / to.rows).toBeLessThanOrEqual(centre + 1e-12);
    expect((moved.row + 1) / to.rows).toBeGreaterThanOrEqual(centre - 1e-12);
    expect(moved.col).toBeLessThan(to.cols);
  }
});

test('to a finer grid and back every cell returns', () => {
  const small = { rows: 32, cols: 32 };
  for (const side of [48, 64, 96]) {
    for (let at = 0; at < 32; at++) {
      const cell = { row: at, col: 31 - at };
      expect(
        moveCell(moveCell(cell, small, { rows: side, cols: side }), { rows: side, cols: side }, small),
      ).toEqual(cell);
    }
  }
});

test('edits move with both cells of a swap; one that collapses is left out', () => {
  const edits: Edit[] = [
    { kind: 'swap', cell: { row: 0, col: 0 }, with: { row: 3, col: 3 } },
    { kind: 'swap', cell: { row: 2, col: 2 }, with: { row: 3, col: 3 } },
    { ...heal(3, 0), enabled: false },
  ];
  expect(moveEdits(edits, { rows: 4, cols: 4 }, { rows: 2, cols: 2 })).toEqual([
    { kind: 'swap', cell: { row: 0, col: 0 }, with: { row: 1, col: 1 } },
    { ...heal(1, 0), enabled: false },
  ]);
  expect(moveEdits(edits, { rows: 4, cols: 4 }, { rows: 4, cols: 4 })).toBe(edits);
});

test('edits that do not fit a latent are left out; a list that fits is the same list', () => {
  const shape = { rows: 4, cols: 4, channels: 4 };
  const edits = [heal(1, 1), add(1, 1, 2, 16), heal(9, 9)];
  expect(fittingEdits(edits, shape)).toEqual([heal(1, 1)]);
  const fine = [heal(1, 1), add(2, 2, 1)];
  expect(fittingEdits(fine, shape)).toBe(fine);
});
