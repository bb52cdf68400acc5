import { expect, test } from 'vitest';
import { InspectorError } from '@/common/errors';
import { applyEdits, cellShifts, cellValues, type Edit, editedCells, validateEdits } from '@/edits';
import { channelSigma } from '@/latent/statistics';
import type { Latent } from '@/latent/types';
import { generator, integer, randomEdit, randomLatent } from '../measures/cases';

/** 3 x 3 cells, 2 channels; cell (r, c) holds [10 r + c, -(10 r + c)]. */
const NINE: Latent = {
  rows: 3,
  cols: 3,
  channels: 2,
  data: Float32Array.from([0, 1, 2, 10, 11, 12, 20, 21, 22].flatMap((v) => [v, -v])),
};
const at = (latent: Latent, row: number, col: number) => cellValues(latent, { row, col });
const middle = { row: 1, col: 1 };

test('every kind does what design.md says to its cell, and nothing to the others', () => {
  const cases: [Edit, number[]][] = [
    [{ kind: 'set', cell: middle, values: [5, 6] }, [5, 6]],
    [{ kind: 'paste', cell: middle, values: [7, 8] }, [7, 8]],
    [{ kind: 'add', cell: middle, values: [1, 2] }, [12, -9]],
    [{ kind: 'scale', cell: middle, factor: -2 }, [-22, 22]],
    [{ kind: 'zero', cell: middle }, [0, 0]],
    // (0 + 1 + 2 + 10 + 12 + 20 + 21 + 22) / 8
    [{ kind: 'heal', cell: middle }, [11, -11]],
  ];
  for (const [edit, expected] of cases) {
    const edited = applyEdits(NINE, [edit]);
    expect(at(edited, 1, 1)).toEqual(expected);
    const others = NINE.data.slice();
    others.set(expected, 8);
    expect(edited.data).toEqual(others);
  }
});

test('the unedited latent is left as it was', () => {
  const before = NINE.data.slice();
  applyEdits(NINE, [{ kind: 'zero', cell: middle }]);
  expect(NINE.data).toEqual(before);
});

test('edits apply in order and disabled ones are skipped', () => {
  const edits: Edit[] = [
    { kind: 'set', cell: middle, values: [1, 1] },
    { kind: 'scale', cell: middle, factor: 3 },
    { kind: 'add', cell: middle, values: [1, 2], enabled: false },
    { kind: 'add', cell: middle, values: [10, 20], enabled: true },
  ];
  expect(at(applyEdits(NINE, edits), 1, 1)).toEqual([13, 23]);
  expect(at(applyEdits(NINE, [...edits].reverse()), 1, 1)).toEqual([1, 1]);
});

test('heal takes the neighbours that exist and are not edited', () => {
  const corner: Edit = { kind: 'heal', cell: { row: 0, col: 0 } };
  expect(at(applyEdits(NINE, [corner]), 0, 0)[0]).toBeCloseTo((1 + 10 + 11) / 3, 5);
  // An edit anywhere in the list takes its cell out of the mean, whether it comes before or after.
  const wild: Edit = { kind: 'set', cell: middle, values: [900, 900] };
  for (const edits of [
    [corner, wild],
    [wild, corner],
  ]) {
    expect(at(applyEdits(NINE, edits), 0, 0)[0]).toBeCloseTo((1 + 10) / 2, 5);
  }
  // A disabled one does not; both cells of a swap do.
  expect(at(applyEdits(NINE, [corner, { ...wild, enabled: false }]), 0, 0)[0]).toBeCloseTo(22 / 3, 5);
  const swap: Edit = { kind: 'swap', cell: middle, with: { row: 0, col: 1 } };
  expect(at(applyEdits(NINE, [corner, swap]), 0, 0)[0]).toBe(10);
});

test('heal looks one ring further where all neighbours are edited, and gives up where everything is', () => {
  const random = generator(3);
  const latent = randomLatent(random, 5, 5, 1);
  const block: Edit[] = [];
  for (let row = 1; row <= 3; row++)
    for (let col = 1; col <= 3; col++) block.push({ kind: 'heal', cell: { row, col } });
  let ring = 0;
  for (let row = 0; row < 5; row++)
    for (let col = 0; col < 5; col++)
      if (row === 0 || row === 4 || col === 0 || col === 4) ring += latent.data[row * 5 + col];
  expect(at(applyEdits(latent, block), 2, 2)[0]).toBeCloseTo(ring / 16, 5);

  const single: Latent = { rows: 1, cols: 1, channels: 2, data: Float32Array.of(3, 4) };
  expect(at(applyEdits(single, [{ kind: 'heal', cell: { row: 0, col: 0 } }]), 0, 0)).toEqual([3, 4]);
});

test('swap exchanges current values', () => {
  const edits: Edit[] = [
    { kind: 'set', cell: middle, values: [5, 6] },
    { kind: 'swap', cell: middle, with: { row: 2, col: 2 } },
  ];
  const edited = applyEdits(NINE, edits);
  expect(at(edited, 1, 1)).toEqual([22, -22]);
  expect(at(edited, 2, 2)).toEqual([5, 6]);
});

test('noise is seeded, standard normal, and measured in the channel sigma of the unedited picture', () => {
  const random = generator(11);
  const latent = randomLatent(random, 8, 8, 4);
  for (let cell = 0; cell < 64; cell++) latent.data[cell * 4 + 2] *= 30; // one channel is much wider
  const sigma = channelSigma(latent);
  const cell = { row: 2, col: 5 };
  const draw = (seed: number, strength: number) =>
    cellShifts(latent, [{ kind: 'noise', cell, sigma: strength, seed }])[0].delta;
  expect(draw(7, 1)).toEqual(draw(7, 1));
  expect(draw(7, 1)).not.toEqual(draw(8, 1));
  expect(draw(7, 0)).toEqual([0, 0, 0, 0]);

  const count = 4000;
  const sums = [0, 0, 0, 0];
  const squares = [0, 0, 0, 0];
  let product = 0;
  for (let seed = 0; seed < count; seed++) {
    const z = draw(seed, 2).map((value, c) => value / sigma[c] / 2);
    z.forEach((value, c) => {
      sums[c] += value;
      squares[c] += value * value;
    });
    product += z[0] * z[1];
  }
  // Four standard errors each: 1/sqrt(n) for a mean or a correlation, sqrt(2/n) for a variance.
  for (let c = 0; c < 4; c++) {
    expect(Math.abs(sums[c] / count)).toBeLessThan(4 / Math.sqrt(count));
    expect(Math.abs(squares[c] / count - 1)).toBeLessThan(4 * Math.sqrt(2 / count));
  }
  expect(Math.abs(product / count)).toBeLessThan(4 / Math.sqrt(count));
  // A sigma that is known already is used.
  const given = applyEdits(latent, [{ kind: 'noise', cell, sigma: 1, seed: 7 }], { sigma: [0, 0, 0, 1] });
  expect(at(given, 2, 5).slice(0, 3)).toEqual(at(latent, 2, 5).slice(0, 3));
  expect(at(given, 2, 5)[3]).not.toBe(at(latent, 2, 5)[3]);
});

test('random lists of edits agree with a slow reading of the definitions', () => {
  const random = generator(2024);
  for (let round = 0; round < 200; round++) {
    const latent = randomLatent(random, integer(random, 1, 6), integer(random, 2, 6), integer(random, 1, 5));
    const edits = Array.from({ length: integer(random, 0, 6) }, () => randomEdit(random, latent)).filter(
      // The reference below does not know every kind, and gives up on a heal without neighbours.
      (edit) => ['set', 'add', 'paste', 'scale', 'zero', 'heal', 'swap'].includes(edit.kind),
    );
    const expected = slowly(latent, edits);
    if (!expected) continue;
    const edited = applyEdits(latent, edits);
    expected.forEach((value, index) => {
      expect(edited.data[index]).toBeCloseTo(value, 3);
    });
  }
});

function slowly(latent: Latent, edits: readonly Edit[]): number[] | null {
  const on = edits.filter((edit) => edit.enabled !== false);
  const touched = (row: number, col: number) =>
    on.some(
      (edit) =>
        (edit.cell.row === row && edit.cell.col === col) ||
        (edit.kind === 'swap' && edit.with.row === row && edit.with.col === col),
    );
  const values = Array.from(latent.data);
  const index = (row: number, col: number, c: number) => (row * latent.cols + col) * latent.channels + c;
  for (const edit of on) {
    const { row, col } = edit.cell;
    for (let c = 0; c < latent.channels; c++) {
      const here = index(row, col, c);
      if (edit.kind === 'set' || edit.kind === 'paste') values[here] = edit.values[c];
      if (edit.kind === 'add') values[here] = Math.fround(values[here] + edit.values[c]);
      if (edit.kind === 'scale') values[here] = Math.fround(values[here] * edit.factor);
      if (edit.kind === 'zero') values[here] = 0;
      if (edit.kind === 'swap') {
        const there = index(edit.with.row, edit.with.col, c);
        [values[here], values[there]] = [values[there], values[here]];
      }
      if (edit.kind === 'heal') {
        const around: number[] = [];
        for (let y = 0; y < latent.rows; y++)
          for (let x = 0; x < latent.cols; x++)
            if (Math.max(Math.abs(y - row), Math.abs(x - col)) === 1 && !touched(y, x))
              around.push(latent.data[index(y, x, c)]);
        if (around.length === 0) return null;
        values[here] = around.reduce((sum, value) => sum + value, 0) / around.length;
      }
    }
  }
  return values;
}

test('edited cells come once each, in order of first appearance, without disabled edits', () => {
  const edits: Edit[] = [
    { kind: 'zero', cell: { row: 2, col: 0 } },
    { kind: 'zero', cell: { row: 0, col: 0 }, enabled: false },
    { kind: 'swap', cell: { row: 1, col: 1 }, with: { row: 2, col: 0 } },
    { kind: 'swap', cell: { row: 1, col: 1 }, with: { row: 0, col: 2 } },
  ];
  expect(editedCells(edits)).toEqual([
    { row: 2, col: 0 },
    { row: 1, col: 1 },
    { row: 0, col: 2 },
  ]);
});

test('cell shifts are the difference of the edited and the unedited latent, all edits together', () => {
  const shifts = cellShifts(NINE, [
    { kind: 'add', cell: middle, values: [1, 0] },
    { kind: 'add', cell: middle, values: [2, 5] },
    { kind: 'zero', cell: { row: 0, col: 1 } },
  ]);
  expect(shifts).toEqual([
    { cell: middle, delta: [3, 5] },
    { cell: { row: 0, col: 1 }, delta: [-1, 1] },
  ]);
});

test('an edit that does not fit is refused with the edit and the fault named', () => {
  const wrong: [unknown, RegExp][] = [
    [{ kind: 'zero', cell: { row: 3, col: 0 } }, /cell \(3, 0\).*rows run from 0 to 2/],
    [{ kind: 'zero', cell: { row: 0, col: -1 } }, /cell \(0, -1\)/],
    [{ kind: 'zero', cell: { row: 0.5, col: 0 } }, /cell \(0.5, 0\)/],
    [{ kind: 'zero' }, /names no cell/],
    [{ kind: 'melt', cell: middle }, /kind "melt"/],
    [{ kind: 'set', cell: middle, values: [1] }, /1 value; this latent has 2 channels/],
    [{ kind: 'paste', cell: middle, values: [1, 2, 3] }, /3 values/],
    [{ kind: 'set', cell: middle }, /no list of values/],
    [{ kind: 'add', cell: middle, values: [1, Number.NaN] }, /channel 1 NaN, which is not a finite number/],
    [{ kind: 'add', cell: middle, values: ['1', 2] }, /not a finite number/],
    [{ kind: 'set', cell: middle, values: [1, 1e30] }, /beyond 1000000/],
    [{ kind: 'scale', cell: middle, factor: Number.POSITIVE_INFINITY }, /factor Infinity/],
    [{ kind: 'noise', cell: middle, sigma: -1, seed: 0 }, /negative sigma -1/],
    [{ kind: 'noise', cell: middle, sigma: 1, seed: 1.5 }, /seed 1.5/],
    [{ kind: 'noise', cell: middle, sigma: 1, seed: 2 ** 32 }, /seed 4294967296/],
    [{ kind: 'swap', cell: middle, with: { row: 9, col: 0 } }, /second cell.*\(9, 0\)/],
    [{ kind: 'swap', cell: middle, with: middle }, /same cell twice/],
    [{ kind: 'zero', cell: middle, enabled: 'yes' }, /"enabled"/],
    [null, /not an object/],
  ];
  for (const [edit, message] of wrong) {
    const edits = [{ kind: 'zero', cell: middle }, edit] as Edit[];
    const attempt = () => validateEdits(edits, NINE);
    expect(attempt).toThrow(InspectorError);
    expect(attempt).toThrow(/^Edit 2 /);
    expect(attempt).toThrow(message);
    expect(() => applyEdits(NINE, edits)).toThrow(message);
  }
  expect(() => validateEdits({} as Edit[], NINE)).toThrow(/not a list/);
});

test('random edits that fit are accepted', () => {
  const random = generator(5);
  for (let round = 0; round < 300; round++) {
    const latent = randomLatent(random, integer(random, 2, 9), integer(random, 2, 9), integer(random, 1, 16));
    expect(() => validateEdits([randomEdit(random, latent)], latent)).not.toThrow();
  }
});
