/** Words for an influence map: its strongest cells, its verdict, and how well it foretells what healing does. */

import type { Column } from '@/app/experiments/table';
import { bareLevels, CellWords, scoreWords } from '@/app/experiments/words';
import { levelsRatio, levels as levelsText } from '@/app/parts/format';
import { cellShifts } from '@/edits';
import { cellText } from '@/latent/cellText';
import { isScanned, remainingCells, stridesOf } from '@/latent/coarseToFine';
import { cellAt, type Grid } from '@/latent/geometry';
import { posteriorMean } from '@/latent/layers';
import type { Cell, Latent, PosteriorData } from '@/latent/types';
import { levels, SMALLEST_NAMED } from '@/measures/effect';
import { predictedShift } from '@/measures/predictedShift';
import { rankCorrelation } from '@/measures/ranks';
import { SPOT_THRESHOLD, spotScores } from '@/measures/spots';
import type { ExperimentResults } from '../../names';

type Influence = ExperimentResults['influence'];
type Scan = ExperimentResults['scan'];

export interface InfluenceRow {
  cell: Cell;
  influence: number;
  overMedian: number;
  score: number;
  normScore: number;
  rawLogvarScore: number;
}

/** All cells, strongest first. */
export function influenceRows(result: Influence, posterior: PosteriorData): InfluenceRow[] {
  const { norm, rawLogvar, influence } = spotScores(posterior, result.influence);
  const own = influence!;
  const order = [...result.influence.entries()].sort(([, a], [, b]) => b - a);
  // One score a cell, whichever it is of.
  return order.map(([index, value]) => ({
    cell: cellAt(index, result),
    influence: value,
    overMedian: value / own.median,
    score: own.scores[index]!,
    normScore: norm.scores[index]!,
    rawLogvarScore: rawLogvar.scores[index]!,
  }));
}

/** Multiple of the median that a cell's influence is; a bound where the median is too small to be shown. */
export const overMedianWords = ({ influence, overMedian }: InfluenceRow) =>
  levelsRatio(influence, influence / overMedian, SMALLEST_NAMED);

export const INFLUENCE_COLUMNS: readonly Column<InfluenceRow>[] = [
  { key: 'row', label: 'row', value: ({ cell }) => cell.row, text: ({ cell }) => String(cell.row) },
  { key: 'col', label: 'col', value: ({ cell }) => cell.col, text: ({ cell }) => String(cell.col) },
  {
    key: 'influence_levels_per_sigma',
    label: 'influence',
    unit: 'levels / \u03c3',
    value: ({ influence }) => influence,
    text: ({ influence }) => levelsText(influence),
  },
  {
    key: 'over_median',
    label: 'over the median',
    value: ({ overMedian }) => overMedian,
    text: (row) => overMedianWords(row),
  },
  {
    key: 'influence_score',
    label: 'influence stands out by',
    unit: 'robust \u03c3',
    value: ({ score }) => score,
    text: ({ score }) => scoreWords(score),
  },
  {
    key: 'mean_score',
    label: '|mean| by',
    unit: 'robust \u03c3',
    value: ({ normScore }) => normScore,
    text: ({ normScore }) => scoreWords(normScore),
  },
  {
    key: 'raw_logvar_score',
    label: 'raw logvar by',
    unit: 'robust \u03c3',
    value: ({ rawLogvarScore }) => rawLogvarScore,
    text: ({ rawLogvarScore }) => scoreWords(rawLogvarScore),
  },
];

/** Multiple of the median that a cell has to reach before it is said to speak for the whole; a map has a strongest cell always. */
const LOUD = 5;

export function influenceVerdict(rows: readonly InfluenceRow[]): string {
  const [first] = rows;
  if (!first) return 'There is no cell whose influence could be told.';
  const middle = first.influence / first.overMedian;
  const numbers = `one sigma there shifts the whole picture\u2019s colour by ${levels(first.influence)}; at the median cell by ${bareLevels(middle)} (${overMedianWords(first)})`;
  if (first.score >= SPOT_THRESHOLD && first.overMedian >= LOUD) {
    const others = rows.filter(({ overMedian }) => overMedian >= first.overMedian / 2).length - 1;
    const company =
      others === 0
        ? ''
        : ` ${others === 1 ? 'One other cell has' : `${others} other cells have`} at least half of that.`;
    return `${CellWords(first.cell)} speaks for the whole picture: ${numbers}.${company}`;
  }
  return `No cell speaks for the whole picture. The strongest is ${cellText(first.cell)}: ${numbers}.`;
}

/** Change of a cell's numbers by healing it, raw units. */
export function healShift(mean: Latent, cell: Cell): number[] {
  // One edit, so one shift.
  return cellShifts(mean, [{ kind: 'heal', cell }])[0]!.delta;
}

export interface Foretold {
  /** Index of the cell. */
  index: number;
  /** Length of the mean colour's shift, levels: as the derivative foretells it, and as it was measured. */
  predicted: number;
  measured: number;
  farRms: number;
  influence: number;
}

/** Distance that the derivative foretells for the mean colour when each cell is healed, levels, `[rows, cols]`. */
export function predictedLengths(result: Influence, posterior: PosteriorData): Float64Array {
  const mean = posteriorMean(posterior);
  return Float64Array.from({ length: result.rows * result.cols }, (_, index) => {
    const cell = cellAt(index, result);
    return Math.hypot(...predictedShift(result, cell, healShift(mean, cell)));
  });
}

/** Every measured cell of a scan beside what the influence foretells. */
export function foretold(
  predicted: ArrayLike<number>,
  { influence }: Pick<Influence, 'influence'>,
  scan: Scan,
): Foretold[] {
  // All three are of one grid.
  return measuredCells(scan).map(({ index, farRms }) => ({
    index,
    predicted: predicted[index]!,
    measured: Math.hypot(...shiftAt(scan, index)),
    farRms,
    influence: influence[index]!,
  }));
}

function measuredCells(scan: Scan): { index: number; farRms: number }[] {
  const isMeasured = isScanned(scan);
  return Array.from(scan.farRms, (farRms, index) => ({ index, farRms })).filter(({ index }) =>
    isMeasured(index),
  );
}

/** Shift of the mean colour by one cell, levels: red, green, blue. */
const shiftAt = ({ shift }: Scan, index: number) => Array.from(shift.subarray(3 * index, 3 * index + 3));

export function agreement(points: readonly Foretold[]): { shift: number; far: number } {
  const far = points.filter(({ farRms }) => !Number.isNaN(farRms));
  return {
    shift: rankCorrelation(
      points.map(({ predicted }) => predicted),
      points.map(({ measured }) => measured),
    ),
    far: rankCorrelation(
      far.map(({ influence }) => influence),
      far.map(({ farRms }) => farRms),
    ),
  };
}

/** The decodes that a scan down to a stride still takes: one a cell, and one of the latent as it is. */
export function scanDecodes(grid: Grid, finest: number, known: Scan | undefined): number {
  const left = remainingCells(grid, finest, known ? isScanned(known) : null).length;
  return left === 0 ? 0 : left + 1;
}

/** Cells that are not measured have the value of the nearest coarser one that is, so that a part is a map; else NaN. */
export function filledMap(scan: Scan): Float32Array {
  const { cols, farRms } = scan;
  const finestFirst = stridesOf(scan).toReversed();
  return farRms.map((_, index) => {
    const { row, col } = cellAt(index, scan);
    const around = finestFirst.map(
      (stride) => farRms[(row - (row % stride)) * cols + (col - (col % stride))],
    );
    return around.find((value) => !Number.isNaN(value)) ?? Number.NaN;
  });
}

export interface ScanRow {
  cell: Cell;
  farRms: number;
  /** Shift of the mean colour, levels: red, green, blue. */
  shift: number[];
  /** Its length as the derivative foretells it, levels; null where there is no derivative. */
  predicted: number | null;
}

/** All measured cells, the one that moves the far picture most first. */
export function scanRows(scan: Scan, predicted: ArrayLike<number> | null = null): ScanRow[] {
  return (
    measuredCells(scan)
      // What has no far pixels comes last.
      .sort((a, b) => (b.farRms || 0) - (a.farRms || 0))
      .map(({ index, farRms }) => ({
        cell: cellAt(index, scan),
        farRms,
        shift: shiftAt(scan, index),
        predicted: predicted?.[index] ?? null,
      }))
  );
}
