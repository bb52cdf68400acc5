/** The ways in which a picture is moved, and words for what its spots did. */

import type { Column } from '@/app/experiments/table';
import { signed } from '@/app/parts/format';
import { cellText } from '@/latent/cellText';
import type { Grid } from '@/latent/geometry';
import { prominence, SPOT_THRESHOLD } from '@/measures/spots';
import type { ExperimentOptions, ExperimentResults } from '../../names';

type Shift = ExperimentOptions['roll']['shifts'][number];
type Rectangle = ExperimentOptions['crop']['crops'][number];
type Point = Pick<ExperimentResults['roll']['points'][number], 'norm' | 'rawLogvar'>;
type Tally = ExperimentResults['roll']['tally'];
type Measure = keyof Tally;
type Verdict = Point['norm']['verdict'];

export const MEASURE_NAMES: Record<Measure, string> = { norm: '|mean|', rawLogvar: 'raw logvar' };

/** Shifts by whole cells: what each cell sees is what another one saw before. */
export function cellShifts(grid: Grid, factor: number): Shift[] {
  const [halfRows, halfCols] = [Math.floor(grid.rows / 2), Math.floor(grid.cols / 2)];
  const cells: [number, number][] = [
    [0, 1],
    [1, 0],
    [4, 4],
    [-4, 4],
    [0, halfCols],
    [halfRows, 0],
    [halfRows, halfCols],
  ];
  return cells.map(([dy, dx]) => ({ dy: dy * factor, dx: dx * factor }));
}

/** Shifts that cut through the cells. */
export function pixelShifts(factor: number): Shift[] {
  const half = Math.floor(factor / 2);
  return [
    { dy: 0, dx: 1 },
    { dy: 1, dx: 0 },
    { dy: half, dx: half },
    { dy: 3 * factor + half, dx: 5 * factor + 1 },
  ];
}

/** The four corners at three quarters of the side, and the middle half. */
export function cropsOf({ rows, cols }: Grid): Rectangle[] {
  const [high, wide] = [Math.floor((3 * rows) / 4), Math.floor((3 * cols) / 4)];
  const [bottom, right] = [rows - high, cols - wide];
  const [halfRows, halfCols] = [Math.floor(rows / 2), Math.floor(cols / 2)];
  return [
    { row: 0, col: 0, rows: high, cols: wide },
    { row: 0, col: right, rows: high, cols: wide },
    { row: bottom, col: 0, rows: high, cols: wide },
    { row: bottom, col: right, rows: high, cols: wide },
    {
      row: Math.floor((rows - halfRows) / 2),
      col: Math.floor((cols - halfCols) / 2),
      rows: halfRows,
      cols: halfCols,
    },
  ];
}

/** "8 down, 3 left". */
export function shiftWords({ dy, dx }: Shift): string {
  const parts = [
    dy === 0 ? '' : `${Math.abs(dy)} ${dy > 0 ? 'down' : 'up'}`,
    dx === 0 ? '' : `${Math.abs(dx)} ${dx > 0 ? 'right' : 'left'}`,
  ].filter(Boolean);
  return parts.join(', ') || 'none';
}

export const cropWords = ({ row, col, rows, cols }: Rectangle) =>
  `${rows} \u00d7 ${cols} at row ${row}, col ${col}`;

const VERDICT_NAMES: Record<Verdict, string> = {
  stays: 'stays',
  travels: 'travels',
  neither: 'is elsewhere',
  undecided: 'cannot be told',
};

type MoveHead = [Column<MoveRow>, Column<MoveRow>, Column<MoveRow>, Column<MoveRow>];

/** One row a move and score. */
export interface MoveRow {
  move: string;
  measure: Measure;
  track: Point['norm'];
}

/** @param words what a point's move is called */
export function moveRows<Moved extends Point>(
  points: readonly Moved[],
  words: (point: Moved) => string,
): MoveRow[] {
  return points.flatMap((point) =>
    (['norm', 'rawLogvar'] as const).map((measure) => ({
      move: words(point),
      measure,
      track: point[measure],
    })),
  );
}

/** Columns of the table: the first four name the move, the score, what became of the strongest cell, and the cell. */
export function moveColumns(move: string): readonly [...MoveHead, ...Column<MoveRow>[]] {
  const score = (value: number | null) => (value === null ? '\u2013' : signed(value, 1));
  return [
    { key: 'move', words: true, label: move, value: (row) => row.move, text: (row) => row.move },
    {
      key: 'measure',
      words: true,
      label: 'by',
      value: ({ measure }) => measure,
      text: ({ measure }) => MEASURE_NAMES[measure],
    },
    {
      key: 'verdict',
      words: true,
      label: 'the strongest cell',
      value: ({ track }) => track.verdict,
      text: ({ track }) => VERDICT_NAMES[track.verdict],
    },
    {
      key: 'strongest_row',
      words: true,
      label: 'strongest now',
      value: ({ track }) => track.strongest.row,
      text: ({ track }) => cellText(track.strongest),
    },
    {
      key: 'strongest_score',
      label: 'its score',
      unit: 'robust \u03c3',
      value: ({ track }) => track.score,
      text: ({ track }) => signed(track.score, 1),
    },
    {
      key: 'home_score',
      label: 'at the cell as before',
      unit: 'robust \u03c3',
      value: ({ track }) => track.homeScore,
      text: ({ track }) => score(track.homeScore),
    },
    {
      key: 'travelled_score',
      label: 'where its content went',
      unit: 'robust \u03c3',
      value: ({ track }) => track.travelledScore,
      text: ({ track }) => score(track.travelledScore),
    },
  ];
}

/** The columns of the file, where a cell is two numbers. */
export function moveFileColumns(move: string): Column<MoveRow>[] {
  const [first, measure, verdict, row, ...scores] = moveColumns(move);
  const col: Column<MoveRow> = {
    ...row,
    key: 'strongest_col',
    value: ({ track }) => track.strongest.col,
  };
  return [first, measure, verdict, row, col, ...scores];
}

/**
 * One sentence on what one score's tally amounts to.
 * @param score the spot's own, in the picture as it is
 */
export function tallyVerdict(
  measure: Measure,
  counts: Tally[Measure],
  spot: string,
  score: number,
  moved: string,
): string {
  const { stays, travels, neither, undecided } = counts;
  const decided = stays + travels + neither;
  if (prominence(measure, score) < SPOT_THRESHOLD) {
    return `By ${MEASURE_NAMES[measure]} no cell of the picture as it is stands out (the strongest, ${spot}, by ${signed(score, 1)} \u03c3), so there is no spot to follow.`;
  }
  const subject = `By ${MEASURE_NAMES[measure]} the strongest cell, ${spot},`;
  if (decided === 0) return `${subject} cannot be told apart from where its content went.`;
  const of = (count: number) => (count === decided ? `in all ${decided}` : `in ${count} of ${decided}`);
  const told = undecided > 0 ? ` (${undecided} more cannot be told)` : '';
  if (stays === decided) {
    return `${subject} stays where it is ${of(stays)} ${moved}${told}: it belongs to the place, not to what is there.`;
  }
  if (travels === decided) {
    return `${subject} travels with its content ${of(travels)} ${moved}${told}: it belongs to what the picture shows there.`;
  }
  const parts = [
    stays > 0 ? `stays ${of(stays)}` : '',
    travels > 0 ? `travels with its content ${of(travels)}` : '',
    neither > 0 ? `is somewhere else ${of(neither)}` : '',
  ].filter(Boolean);
  return `${subject} ${parts.join(', ')} ${moved}${told}.`;
}

/** A number of pixels as a person types it; null where it is none. */
export function readShift(text: string): number | null {
  const value = Number(text);
  return text.trim() !== '' && Number.isInteger(value) && Math.abs(value) <= 4096 ? value : null;
}
