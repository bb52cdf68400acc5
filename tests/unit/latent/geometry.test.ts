import { expect, test } from 'vitest';
import {
  borderDistance,
  cellAt,
  cellIndex,
  chebyshev,
  clampCell,
  inGrid,
  ringDistances,
  UNREACHED,
} from '@/latent/geometry';
import { generator, integer, randomCell } from '../measures/cases';

test('ring distances are the Chebyshev distance to the nearest cell', () => {
  const random = generator(6);
  for (let round = 0; round < 100; round++) {
    const grid = { rows: integer(random, 1, 14), cols: integer(random, 1, 14) };
    const cells = Array.from({ length: integer(random, 1, 5) }, () => randomCell(random, grid));
    const rings = ringDistances(grid, cells);
    for (let row = 0; row < grid.rows; row++) {
      for (let col = 0; col < grid.cols; col++) {
        const nearest = Math.min(
          ...cells.map((cell) => Math.max(Math.abs(cell.row - row), Math.abs(cell.col - col))),
        );
        expect(rings[row * grid.cols + col]).toBe(nearest);
      }
    }
  }
  expect(Array.from(ringDistances({ rows: 1, cols: 2 }, []))).toEqual([UNREACHED, UNREACHED]);
});

test('indices are row-major and go both ways', () => {
  const grid = { rows: 3, cols: 5 };
  expect(cellIndex({ row: 2, col: 1 }, grid)).toBe(11);
  expect(cellAt(11, grid)).toEqual({ row: 2, col: 1 });
});

test('distances', () => {
  expect(chebyshev({ row: 1, col: 9 }, { row: 4, col: 2 })).toBe(7);
  const grid = { rows: 6, cols: 9 };
  expect(borderDistance({ row: 0, col: 4 }, grid)).toBe(0);
  expect(borderDistance({ row: 2, col: 4 }, grid)).toBe(2);
  expect(borderDistance({ row: 3, col: 8 }, grid)).toBe(0);
  expect(borderDistance({ row: 3, col: 4 }, grid)).toBe(2);
});

test('cells are clamped into the grid', () => {
  const grid = { rows: 4, cols: 6 };
  expect(clampCell({ row: -3, col: 99 }, grid)).toEqual({ row: 0, col: 5 });
  expect(clampCell({ row: 1.6, col: Number.NaN }, grid)).toEqual({ row: 2, col: 0 });
  expect(inGrid({ row: 3, col: 5 }, grid)).toBe(true);
  expect(inGrid({ row: 4, col: 5 }, grid)).toBe(false);
  expect(inGrid({ row: 0.5, col: 0 }, grid)).toBe(false);
});
