/** What an influence map says: its strongest cells, its verdict, and how well it foretells what healing does. */
import type { ExperimentResults } from '../../experiments/names';
import { cellShifts } from '../../inspect/edits';
import { levels } from '../../inspect/effect';
import { cellAt, cellIndex, type Grid } from '../../inspect/geometry';
import { posteriorMean } from '../../inspect/layers';
import { predictedShift } from '../../inspect/predictedShift';
import { rankCorrelation } from '../../inspect/ranks';
import { SPOT_THRESHOLD, spotScores } from '../../inspect/spots';
import { median } from '../../inspect/statistics';
import type { Cell, Latent, PosteriorData } from '../../inspect/types';
import { levels as levelsText, number, ratio } from '../format';
import type { Column } from './table';
import { bareLevels, CellWords, cellWords, scoreWords } from './words';

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
  const order = [...result.influence.keys()].sort((a, b) => result.influence[b] - result.influence[a]);
  return order.map((index) => ({
    cell: cellAt(index, result),
    influence: result.influence[index],
    overMedian: result.influence[index] / own.median,
    score: own.scores[index],
    normScore: norm.scores[index],
    rawLogvarScore: rawLogvar.scores[index],
  }));
}

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
    text: ({ overMedian }) => ratio(overMedian),
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

/** How many times the median a cell has to be before it is said to speak for the whole; a map has a strongest cell always. */
const LOUD = 5;

export function influenceVerdict(rows: readonly InfluenceRow[]): string {
  const [first] = rows;
  const middle = first.influence / first.overMedian;
  const numbers = `one sigma there shifts the whole picture\u2019s colour by ${levels(first.influence)}; at the median cell by ${bareLevels(middle)} (${ratio(first.overMedian)})`;
  if (first.score >= SPOT_THRESHOLD && first.overMedian >= LOUD) {
    const others = rows.filter(({ overMedian }) => overMedian >= first.overMedian / 2).length - 1;
    const company =
      others === 0
        ? ''
        : ` ${others === 1 ? 'One other cell has' : `${others} other cells have`} at least half of that.`;
    return `${CellWords(first.cell)} speaks for the whole picture: ${numbers}.${company}`;
  }
  return `No cell speaks for the whole picture. The strongest is ${cellWords(first.cell)}: ${numbers}.`;
}

/** How healing a cell changes its numbers, raw units. */
export function healShift(mean: Latent, cell: Cell): number[] {
  return cellShifts(mean, [{ kind: 'heal', cell }])[0].delta;
}

export interface Foretold {
  cell: Cell;
  /** Length of the mean colour's shift, levels: as the derivative foretells it, and as it was measured. */
  predicted: number;
  measured: number;
  farRms: number;
  influence: number;
}

/** Every measured cell of a scan beside what the influence foretells. */
export function foretold(result: Influence, scan: Scan, posterior: PosteriorData): Foretold[] {
  const mean = posteriorMean(posterior);
  const cells = [...scan.farRms.keys()].filter((index) => !Number.isNaN(scan.farRms[index]));
  return cells.map((index) => {
    const cell = cellAt(index, scan);
    return {
      cell,
      predicted: Math.hypot(...predictedShift(result, cell, healShift(mean, cell))),
      measured: Math.hypot(...scan.shift.subarray(3 * index, 3 * index + 3)),
      farRms: scan.farRms[index],
      influence: result.influence[index],
    };
  });
}

export function agreement(points: readonly Foretold[]): { shift: number; far: number } {
  const of = (pick: (point: Foretold) => number) => points.map(pick);
  return {
    shift: rankCorrelation(
      of(({ predicted }) => predicted),
      of(({ measured }) => measured),
    ),
    far: rankCorrelation(
      of(({ influence }) => influence),
      of(({ farRms }) => farRms),
    ),
  };
}

/** The coarsest grid of a scan has at most this many cells along its longer side. */
const COARSEST_CELLS = 8;

/** The strides that a scan goes through, coarse to fine. */
export function scanStrides({ rows, cols }: Grid): number[] {
  let stride = 1;
  while (Math.max(rows, cols) > COARSEST_CELLS * stride) stride *= 2;
  const all: number[] = [];
  for (; stride >= 1; stride /= 2) all.push(stride);
  return all;
}

/** How many cells are still to be measured until every so many rows and columns are. */
export function scanLeft(grid: Grid, stride: number, known: Scan | null): number {
  let left = 0;
  for (let row = 0; row < grid.rows; row += stride) {
    for (let col = 0; col < grid.cols; col += stride) {
      if (!known || Number.isNaN(known.farRms[cellIndex({ row, col }, grid)])) left += 1;
    }
  }
  return left;
}

/** The decodes of a scan down to a stride: one a cell, and for each grid on the way one of the latent as it is. */
export function scanDecodes(grid: Grid, stride: number, known: Scan | null): number {
  const steps = scanStrides(grid).filter((each) => each >= stride);
  let before = 0;
  let decodes = 0;
  for (const each of steps) {
    const left = scanLeft(grid, each, known);
    if (left > before) decodes += left - before + 1;
    before = Math.max(before, left);
  }
  return decodes;
}

/** Cells that are not measured have the value of the nearest measured one of the complete grid, so that a part is a map. */
export function filledMap(scan: Scan): Float32Array {
  const { rows, cols, farRms } = scan;
  const stride = scan.stride ?? 1;
  return farRms.map((value, index) => {
    if (!Number.isNaN(value)) return value;
    const { row, col } = cellAt(index, { rows, cols });
    return farRms[(row - (row % stride)) * cols + (col - (col % stride))];
  });
}

/** All measured cells, the one that moves the far picture most first. */
export function scanRows(scan: Scan): { cell: Cell; farRms: number; shift: number[] }[] {
  const order = [...scan.farRms.keys()]
    .filter((index) => !Number.isNaN(scan.farRms[index]))
    .sort((a, b) => scan.farRms[b] - scan.farRms[a]);
  return order.map((index) => ({
    cell: cellAt(index, scan),
    farRms: scan.farRms[index],
    shift: Array.from(scan.shift.subarray(3 * index, 3 * index + 3)),
  }));
}

export function scanVerdict(scan: Scan, points: readonly Foretold[] | null): string {
  const [first] = scanRows(scan);
  const middle = median(scan.farRms.filter((value) => !Number.isNaN(value)));
  const strongest = `Of ${scan.measured} cells healed, ${cellWords(first.cell)} moves the far picture most, by ${levels(first.farRms)}; the median cell by ${bareLevels(middle)}.`;
  if (!points || points.length < 3) return strongest;
  const { shift } = agreement(points);
  return `${strongest} The shift of the mean colour that the derivatives foretold and the one measured agree in rank to ${number(shift, 3)} (Spearman).`;
}
