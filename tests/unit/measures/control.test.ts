import { expect, test } from 'vitest';
import { applyEdits, cellShifts, type Edit } from '@/edits';
import type { Cell, Latent } from '@/latent/types';
import { controlCell, controlEdits } from '@/measures/control';
import { generator, integer, randomCell, randomEdit, randomLatent } from './cases';

/** Filters and sorts a list of all cells, as the sentence in design.md reads. */
function slowControl(
  mean: Latent,
  edited: readonly Cell[],
  radius: number,
  own: Cell,
  taken: readonly Cell[],
) {
  const all: { row: number; col: number; norm: number; border: number }[] = [];
  for (let row = 0; row < mean.rows; row++) {
    for (let col = 0; col < mean.cols; col++) {
      const start = (row * mean.cols + col) * mean.channels;
      let squares = 0;
      for (const value of mean.data.slice(start, start + mean.channels)) squares += value * value;
      const norm = Math.sqrt(squares);
      const border = Math.min(row, col, mean.rows - row - 1, mean.cols - col - 1);
      all.push({ row, col, norm, border });
    }
  }
  const norms = all.map(({ norm }) => norm).sort((a, b) => a - b);
  const half = norms.length / 2;
  const median = Number.isInteger(half) ? (norms[half - 1] + norms[half]) / 2 : norms[Math.floor(half)];
  const border = all.find(({ row, col }) => row === own.row && col === own.col)!.border;
  const away = all.filter(
    (cell) =>
      edited.every(
        (other) => Math.max(Math.abs(other.row - cell.row), Math.abs(other.col - cell.col)) >= 2 * radius + 1,
      ) && !taken.some((other) => other.row === cell.row && other.col === cell.col),
  );
  if (away.length === 0) return null;
  const nearestRing = Math.min(...away.map((cell) => Math.abs(cell.border - border)));
  const sameRing = away.filter((cell) => Math.abs(cell.border - border) === nearestRing);
  const best = sameRing.reduce((a, b) => (Math.abs(b.norm - median) < Math.abs(a.norm - median) ? b : a));
  return { row: best.row, col: best.col };
}

test('random latents agree with a slow reading of the definition', () => {
  const random = generator(31);
  let absent = 0;
  for (let round = 0; round < 200; round++) {
    const mean = randomLatent(random, integer(random, 1, 12), integer(random, 1, 12), integer(random, 1, 4));
    const edited = Array.from({ length: integer(random, 1, 3) }, () => randomCell(random, mean));
    const radius = integer(random, 0, 3);
    const expected = slowControl(mean, edited, radius, edited[0], []);
    expect(controlCell(mean, edited, radius)).toEqual(expected);
    if (!expected) absent += 1;
  }
  expect(absent).toBeGreaterThan(10); // both outcomes were tried
  expect(absent).toBeLessThan(190);
});

/** All cells alike but for those given: then the border and row-major order alone decide. */
function flat(rows: number, cols: number, exceptions: [number, number, number][] = []): Latent {
  const data = new Float32Array(rows * cols).fill(1);
  for (const [row, col, value] of exceptions) data[row * cols + col] = value;
  return { rows, cols, channels: 1, data };
}

test('ties go to the first in row-major order', () => {
  // The edited cell is on the border; so are its candidates; the first at least 5 away is (0, 5).
  expect(controlCell(flat(12, 12), [{ row: 0, col: 0 }], 2)).toEqual({ row: 0, col: 5 });
  // Two rings in: the first such cell far enough.
  expect(controlCell(flat(12, 12), [{ row: 2, col: 2 }], 2)).toEqual({ row: 2, col: 7 });
});

test('an ordinary cell is preferred to one that stands out, above or below', () => {
  const mean = flat(12, 12, [
    [0, 5, 9],
    [0, 6, 0.5],
    [0, 7, -1.01],
  ]);
  // |mean| of (0, 8) is the median itself.
  expect(controlCell(mean, [{ row: 0, col: 0 }], 2)).toEqual({ row: 0, col: 8 });
});

test('where no cell has the same distance to the border the nearest distance on either side is taken', () => {
  // In 9 x 9 the centre (4, 4) is alone at distance 4; with radius 1 the cells three away have distance 1.
  expect(controlCell(flat(9, 9), [{ row: 4, col: 4 }], 1)).toEqual({ row: 1, col: 1 });
});

test('no cell far enough is null', () => {
  expect(controlCell(flat(8, 8), [{ row: 4, col: 4 }], 4)).toBeNull();
  expect(controlEdits(flat(8, 8), [{ kind: 'zero', cell: { row: 4, col: 4 } }], 4)).toBeNull();
  expect(controlEdits(flat(8, 8), [], 1)).toBeNull();
  // Each by itself is allowed; what a control would have to be shifted by is not.
  const cell = { row: 0, col: 0 };
  const much = [
    { kind: 'set' as const, cell, values: [1e6] },
    { kind: 'scale' as const, cell, factor: -3 },
  ];
  expect(() => controlEdits(flat(16, 16), much, 4)).toThrow(
    /^The edits shift channel 0 of cell \(0, 0\) by -3\.00e\+6; no control is shifted by more than 1000000\.$/,
  );
  expect(
    controlEdits(flat(8, 8), [{ kind: 'zero', cell: { row: 0, col: 0 }, enabled: false }], 1),
  ).toBeNull();
});

test('the control makes the same shift, channel by channel, as add edits', () => {
  const mean = randomLatent(generator(8), 20, 20, 4);
  const cell = { row: 3, col: 4 };
  for (const edit of [
    { kind: 'heal', cell },
    { kind: 'zero', cell },
    { kind: 'scale', cell, factor: -1.5 },
    { kind: 'noise', cell, sigma: 2, seed: 9 },
  ] as Edit[]) {
    const [{ delta }] = cellShifts(mean, [edit]);
    const control = controlEdits(mean, [edit], 4)!;
    expect(control.cells).toEqual([controlCell(mean, [cell], 4)]);
    expect(control.edits).toEqual([{ kind: 'add', cell: control.cells[0], values: delta }]);
    const [moved] = cellShifts(mean, control.edits);
    moved.delta.forEach((value, c) => {
      expect(value).toBeCloseTo(delta[c], 5);
    });
  }
});

test('each of several edited cells has a control of its own, away from all edited cells', () => {
  const random = generator(12);
  for (let round = 0; round < 40; round++) {
    const mean = randomLatent(random, 24, 26, 3);
    const edits = Array.from({ length: integer(random, 2, 4) }, () => randomEdit(random, mean));
    const shifts = cellShifts(mean, edits);
    const control = controlEdits(mean, edits, 1);
    if (!control) {
      expect(shifts).toHaveLength(0);
      continue;
    }
    expect(control.cells).toHaveLength(shifts.length);
    const taken: Cell[] = [];
    shifts.forEach(({ cell, delta }, index) => {
      const all = shifts.map((shift) => shift.cell);
      expect(control.cells[index]).toEqual(slowControl(mean, all, 1, cell, taken));
      expect(control.edits[index]).toEqual({ kind: 'add', cell: control.cells[index], values: delta });
      taken.push(control.cells[index]);
    });
    expect(new Set(control.cells.map(({ row, col }) => `${row},${col}`)).size).toBe(control.cells.length);
    expect(() => applyEdits(mean, control.edits)).not.toThrow();
  }
});
