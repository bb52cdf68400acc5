import { describe, expect, it } from 'vitest';
import { moveCell } from '@/app/cell/moveCell';
import { findIndexOfSpot } from '@/app/cell/walk';
import { cellAt } from '@/app/panes/usePaneCells';
import { linearAxis, logAxis } from '@/app/parts/axis';

const key = (name: string, more: { shiftKey?: boolean; ctrlKey?: boolean } = {}) => ({
  key: name,
  shiftKey: false,
  ctrlKey: false,
  ...more,
});

describe('keys in the grid of cells', () => {
  const at = { row: 3, col: 5 };

  it('move by one cell, by eight with Shift, and stay inside', () => {
    expect(moveCell(at, key('ArrowUp'), 16, 16)).toEqual({ row: 2, col: 5 });
    expect(moveCell(at, key('ArrowRight', { shiftKey: true }), 16, 16)).toEqual({ row: 3, col: 13 });
    expect(moveCell(at, key('ArrowUp', { shiftKey: true }), 16, 16)).toEqual({ row: 0, col: 5 });
    expect(moveCell(at, key('PageDown'), 10, 16)).toEqual({ row: 9, col: 5 });
  });

  it('Home and End go along the row, with Control to the corners', () => {
    expect(moveCell(at, key('End'), 16, 12)).toEqual({ row: 3, col: 11 });
    expect(moveCell(at, key('Home', { ctrlKey: true }), 16, 12)).toEqual({ row: 0, col: 0 });
    expect(moveCell(at, key('End', { ctrlKey: true }), 16, 12)).toEqual({ row: 15, col: 11 });
  });

  it('leave other keys alone', () => {
    expect(moveCell(at, key('a'), 16, 16)).toBeNull();
  });
});

describe('pointing at a pane', () => {
  const frame = { left: 100, top: 50, width: 320, height: 160 };
  it('finds the cell of a grid that is not square', () => {
    expect(cellAt(100, 50, frame, 8, 32)).toEqual({ row: 0, col: 0 });
    expect(cellAt(419.9, 209.9, frame, 8, 32)).toEqual({ row: 7, col: 31 });
    expect(cellAt(265, 95, frame, 8, 32)).toEqual({ row: 2, col: 16 });
  });
  it('finds none outside', () => {
    expect(cellAt(99, 60, frame, 8, 32)).toBeNull();
    expect(cellAt(420, 60, frame, 8, 32)).toBeNull();
  });
});

describe('walking through the spots', () => {
  const spots = [1, 2, 3].map((at) => ({ row: at, col: at }));
  it('goes round, and starts at an end from anywhere else', () => {
    expect(findIndexOfSpot(spots, { row: 1, col: 1 }, 1)).toBe(1);
    expect(findIndexOfSpot(spots, { row: 3, col: 3 }, 1)).toBe(0);
    expect(findIndexOfSpot(spots, { row: 1, col: 1 }, -1)).toBe(2);
    expect(findIndexOfSpot(spots, { row: 9, col: 9 }, 1)).toBe(0);
    expect(findIndexOfSpot(spots, { row: 9, col: 9 }, -1)).toBe(2);
  });
});

describe('axes of the ring profile', () => {
  it('end on a round number that holds every value', () => {
    expect(linearAxis(9.3)).toEqual({ end: 10, ticks: [0, 5, 10] });
    for (const most of [0.013, 0.7, 3, 24.2, 99, 255]) {
      const { end, ticks } = linearAxis(most);
      expect(end).toBeGreaterThanOrEqual(most);
      expect(end).toBeLessThan(2.6 * most);
      expect(ticks.length).toBeGreaterThanOrEqual(3);
      expect(ticks.length).toBeLessThanOrEqual(6);
    }
    expect(linearAxis(0)).toEqual({ end: 1, ticks: [0, 1] });
  });

  it('cover whole decades, down to a hundredth of a level and no further', () => {
    expect(logAxis([24, 0.11])).toEqual({ low: 0.1, high: 100, ticks: [0.1, 1, 10, 100] });
    expect(logAxis([5, 1e-7, 0]).low).toBeCloseTo(0.01, 12);
    expect(logAxis([]).ticks.length).toBeGreaterThanOrEqual(2);
  });
});
