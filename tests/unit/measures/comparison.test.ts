import { expect, test } from 'vitest';
import { NO_CHANGE } from '@/measures/change';
import { type ComparedSide, comparison } from '@/measures/comparison';
import type { Outcome } from '@/measures/effect';

const moved = (farRms: number, rings = 40) => ({ ...NO_CHANGE, farRms, profile: new Array(rings).fill(1) });

/** A side whose far picture moved by `own`, and by `control` at the ordinary cell. */
function side(
  name: string,
  own: number,
  control: number | null | 'pending',
  rest: Partial<ComparedSide> = {},
) {
  const beside =
    typeof control === 'number'
      ? { ...moved(control), cell: { row: 1, col: 1 } }
      : (control as null | 'pending');
  const outcome: Outcome = { ...moved(own), radius: 4, control: beside };
  return { name, cells: 1, outcome, ...rest };
}
const undecoded = (name: string): ComparedSide => ({ name, cells: 1, outcome: null });
const noFar = (name: string): ComparedSide => ({
  name,
  cells: 1,
  outcome: { ...moved(0, 5), radius: 4, control: null },
});

test('both numbers stand beside their controls', () => {
  expect(comparison(side('Mini, planted spot', 74.9, 0.41), side('Mini, clean', 0.05, 0.04))).toBe(
    'The same change moves the far picture by 75 levels in Mini, planted spot (at an ordinary cell 0.41) and by 0.05 levels in Mini, clean (0.04).',
  );
  expect(comparison(side('A', 1, 2, { cells: 3 }), side('B', 0.0004, 0.003, { cells: 3 }))).toBe(
    'The same change moves the far picture by 1 level in A (at ordinary cells 2) and by less than 0.01 levels in B (less than 0.01).',
  );
  // Two cells of A are one of B.
  expect(comparison(side('A', 3, 2, { cells: 2 }), side('B', 2, 1))).toBe(
    'The same change moves the far picture by 3 levels in A (at ordinary cells 2) and by 2 levels in B (at an ordinary cell 1).',
  );
});

test('a far picture that stays exactly as it was is said to', () => {
  expect(comparison(side('A', 0, 0), side('B', 0.05, 0))).toBe(
    'The same change leaves the far picture exactly as it was in A (at an ordinary cell 0) and moves it by 0.05 levels in B (0).',
  );
  expect(comparison(side('A', 5, 0.2), side('B', 0, 0.1))).toBe(
    'The same change moves the far picture by 5 levels in A (at an ordinary cell 0.2) and leaves it exactly as it was in B (0.1).',
  );
  expect(comparison(side('A', 0, 0), side('B', 0, 0))).toBe(
    'The same change leaves the far picture exactly as it was in A (at an ordinary cell 0) and in B (0).',
  );
});

test('what is not decoded yet is said, on either side and of either control', () => {
  expect(comparison(side('A', 5, 0.2), undecoded('B'))).toBe(
    'The same change moves the far picture by 5 levels in A (at an ordinary cell 0.2); in B it is not decoded yet.',
  );
  expect(comparison(undecoded('A'), side('B', 5, 0.2))).toBe(
    'The same change moves the far picture by 5 levels in B (at an ordinary cell 0.2); in A it is not decoded yet.',
  );
  expect(comparison(undecoded('A'), undecoded('B'))).toBe(
    'The same change is not decoded yet in A and in B.',
  );
  expect(comparison(side('A', 5, 'pending'), side('B', 3, 'pending'))).toBe(
    'The same change moves the far picture by 5 levels in A (at an ordinary cell it is not decoded yet) and by 3 levels in B (at an ordinary cell it is not decoded yet).',
  );
});

test('a missing control is said beside its number', () => {
  expect(comparison(side('A', 5, null), side('B', 3, 0.2))).toBe(
    'The same change moves the far picture by 5 levels in A (no ordinary cell is far enough away) and by 3 levels in B (at an ordinary cell 0.2).',
  );
});

test('without a far picture there is nothing to compare', () => {
  expect(comparison(noFar('A'), noFar('B'))).toBe(
    'The same change leaves no pixel to compare more than 4 cells away in A and in B.',
  );
  expect(comparison(side('A', 5, 0.2), noFar('B'))).toBe(
    'The same change moves the far picture by 5 levels in A (at an ordinary cell 0.2); in B it leaves no pixel to compare more than 4 cells away.',
  );
  expect(comparison(noFar('A'), undecoded('B'))).toBe(
    'The same change leaves no pixel to compare more than 4 cells away in A; in B it is not decoded yet.',
  );
});

test('edits that could not be carried are said, and the change is then not called the same', () => {
  const leftOut = 'One edit could not be carried to B: 4 numbers do not fit 16 channels.';
  expect(comparison(side('A', 5, 0.2, { cells: 2 }), side('B', 3, 0.1), leftOut)).toBe(
    `The change moves the far picture by 5 levels in A (at ordinary cells 0.2) and, as far as it could be carried, by 3 levels in B (at an ordinary cell 0.1). ${leftOut}`,
  );
  expect(comparison(undecoded('A'), side('B', 3, 0.1), leftOut)).toBe(
    `The change, as far as it could be carried, moves the far picture by 3 levels in B (at an ordinary cell 0.1); in A it is not decoded yet. ${leftOut}`,
  );
  expect(comparison(side('A', 5, 0.2), { ...undecoded('B'), cells: 0 }, leftOut)).toBe(
    `In B nothing is changed. In A the change moves the far picture by 5 levels (at an ordinary cell 0.2). ${leftOut}`,
  );
  // All of it can be carried, so it only is not there yet.
  expect(comparison(side('A', 5, 0.2), { ...undecoded('B'), cells: 0 })).toBe(
    'In B the change is not made yet. In A the change moves the far picture by 5 levels (at an ordinary cell 0.2).',
  );
  expect(comparison({ ...undecoded('A'), cells: 0 }, { ...undecoded('B'), cells: 0 })).toBe(
    'Nothing is changed.',
  );
});
