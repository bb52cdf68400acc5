import { describe, expect, it } from 'vitest';
import { toCsv } from '@/app/experiments/table';
import {
  cellShifts,
  cropsOf,
  cropWords,
  moveFileColumns,
  moveRows,
  pixelShifts,
  readShift,
  shiftWords,
  tallyVerdict,
} from '@/experiments/roll/page/words';

const counts = (stays: number, travels: number, neither = 0, undecided = 0) => ({
  stays,
  travels,
  neither,
  undecided,
});
const verdict = (...all: Parameters<typeof counts>) =>
  tallyVerdict('norm', counts(...all), 'row 1, col 1', 7.9, 'shifts');

describe('the verdict on a spot that is moved', () => {
  it('says that it stays, or that it travels, only where it always does', () => {
    expect(verdict(7, 0)).toContain('stays where it is in all 7 shifts: it belongs to the place');
    expect(verdict(0, 7)).toContain(
      'travels with its content in all 7 shifts: it belongs to what the picture shows',
    );
    const mixed = verdict(4, 2, 1);
    expect(mixed).toContain(
      'stays in 4 of 7, travels with its content in 2 of 7, is somewhere else in 1 of 7 shifts',
    );
    expect(mixed).not.toContain('belongs');
  });

  it('counts what cannot be told apart', () => {
    expect(verdict(4, 0, 0, 1)).toContain('in all 4 shifts (1 more cannot be told)');
    expect(verdict(0, 0, 0, 2)).toContain('cannot be told apart');
  });

  it('follows no cell that is not a spot', () => {
    expect(tallyVerdict('norm', counts(7, 0), 'row 1, col 1', 2, 'shifts')).toContain('no spot to follow');
    expect(tallyVerdict('rawLogvar', counts(7, 0), 'row 1, col 1', 6, 'shifts')).toContain(
      'no spot to follow',
    );
    expect(tallyVerdict('rawLogvar', counts(7, 0), 'row 1, col 1', -6, 'shifts')).toContain(
      'stays where it is',
    );
  });
});

describe('the moves', () => {
  it('are whole cells, or cut through them', () => {
    for (const { dy, dx } of cellShifts({ rows: 32, cols: 48 }, 8)) {
      expect([dy % 8, dx % 8].map(Math.abs)).toEqual([0, 0]);
    }
    for (const { dy, dx } of pixelShifts(8)) expect(dy % 8 !== 0 || dx % 8 !== 0).toBe(true);
    expect(cellShifts({ rows: 32, cols: 48 }, 8)).toContainEqual({ dy: 128, dx: 192 });
  });

  it('crop within the picture', () => {
    for (const grid of [
      { rows: 32, cols: 32 },
      { rows: 5, cols: 9 },
    ]) {
      for (const { row, col, rows, cols } of cropsOf(grid)) {
        expect(Math.min(row, col)).toBeGreaterThanOrEqual(0);
        expect(Math.min(rows, cols)).toBeGreaterThanOrEqual(1);
        expect(row + rows).toBeLessThanOrEqual(grid.rows);
        expect(col + cols).toBeLessThanOrEqual(grid.cols);
      }
    }
    expect(cropWords({ row: 0, col: 8, rows: 24, cols: 24 })).toBe('24 \u00d7 24 at row 0, col 8');
  });

  it('are said by direction, and read as whole pixels', () => {
    expect(shiftWords({ dy: -8, dx: 3 })).toBe('8 up, 3 right');
    expect(shiftWords({ dy: 0, dx: 0 })).toBe('none');
    expect(readShift('-12')).toBe(-12);
    for (const text of ['', '1.5', 'x', '99999']) expect(readShift(text)).toBeNull();
  });
});

it('the file has a row a move and score, cells as two numbers, and nothing where a place lies outside', () => {
  const track = {
    strongest: { row: 1, col: 2 },
    score: 7.5,
    home: { row: 1, col: 1 },
    travelled: null,
    homeScore: 7.25,
    travelledScore: null,
    homeDistance: 0,
    travelledDistance: null,
    verdict: 'stays' as const,
  };
  const rows = moveRows([{ norm: track, rawLogvar: { ...track, score: -3 } }], () => '8 right');
  expect(toCsv(moveFileColumns('shift'), rows).split('\r\n')).toEqual([
    'move,measure,verdict,strongest_row,strongest_col,strongest_score,home_score,travelled_score',
    '8 right,norm,stays,1,2,7.5,7.25,',
    '8 right,rawLogvar,stays,1,2,-3,7.25,',
    '',
  ]);
});
