/** Summary of many pictures: how often a spot is at the same place, and how the figures spread. */

import { numericsOf } from '@/common/numerics';
import { sameCell } from '@/latent/geometry';
import { median } from '@/latent/statistics';
import type { Cell } from '@/latent/types';
import type { SpotMeasure } from '@/measures/spots';
import { compareRows, type Figure, type HealFigures, type Measures, RANKINGS, type ReportRow } from './row';

/** A figure over the pictures that have it. All null where none has. */
export interface Spread {
  count: number;
  min: Figure;
  lowerQuartile: Figure;
  median: Figure;
  upperQuartile: Figure;
  max: Figure;
  mean: Figure;
}

/** Healed cells of many pictures: levels of 255, and their ratio. */
export interface HealSpread {
  farRms: Spread;
  nearRms: Spread;
  control: Spread;
  ratio: Spread;
  /** Number of pictures that had no control: no cell was far enough away. */
  withoutControl: number;
}

export interface RankingSummary {
  /** Every cell that is first in some picture, most often first; equal ones in row-major order. */
  places: { cell: Cell; count: number }[];
  /** Number of pictures in which the named cell is first; null where none was named. */
  namedFirst: number | null;
  score: Spread;
  value: Spread;
  heal: HealSpread;
}

export interface MechanismSummary {
  farRms: Record<'full' | 'frozenNorm' | 'frozenAttention' | 'frozenBoth', Spread>;
  judgedRms: Spread;
  normShare: Spread;
  attentionShare: Spread;
  /** The largest of all pictures; null where no picture is larger than the convolutions' reach. Anything but 0 is an error. */
  beyondReceptiveField: Figure;
}

/** One model at one size, of one numerics version. */
export interface GroupSummary {
  model: string;
  size: number;
  numerics: number;
  /** Measured pictures, and those that could not be opened. */
  pictures: number;
  failed: number;
  rows: number;
  cols: number;
  psnr: Spread;
  ssim: Spread;
  clampedShare: Spread;
  /** Pictures in which any log-variance is clamped. */
  clampedPictures: number;
  rawLogvarMin: Spread;
  influence: { max: Spread; median: Spread; ratio: Spread };
  rankings: Record<SpotMeasure, RankingSummary>;
  named: (HealSpread & { cell: Cell }) | null;
  mechanism: MechanismSummary | null;
}

/** One summary a model, size and numerics version, ordered as rows are. */
export function summarise(rows: readonly ReportRow[]): GroupSummary[] {
  return groups(rows).map(summariseGroup);
}

/**
 * The rows of each model and size; of each numerics version apart, for their numbers are not comparable. What failed holds no
 * numbers, and stands with the newest.
 */
export function groups(rows: readonly ReportRow[]): ReportRow[][] {
  const all = new Map<string, ReportRow[]>();
  for (const row of [...rows].sort(compareRows)) {
    const key = JSON.stringify([row.model.id, row.size]);
    const group = all.get(key);
    if (group) group.push(row);
    else all.set(key, [row]);
  }
  return [...all.values()].flatMap(byNumerics);
}

function byNumerics(group: readonly ReportRow[]): ReportRow[][] {
  const measured = group.filter(({ failure }) => failure === null);
  const versions = [...new Set(measured.map(numericsOf))].sort((a, b) => a - b);
  const newest = versions[versions.length - 1];
  if (versions.length < 2) return [[...group]];
  return versions.map((version) =>
    group.filter((row) => (row.failure === null ? numericsOf(row) : newest) === version),
  );
}

/** @param group rows of one model, size and numerics version: at least one */
export function summariseGroup(group: ReportRow[]): GroupSummary {
  const [{ model, size, named }] = group;
  const numerics = numericsOf(group.find(({ failure }) => failure === null) ?? group[0]);
  const all = group.flatMap(({ measures }) => (measures ? [measures] : []));
  const of = (figure: (measures: Measures) => Figure) => spread(all.map(figure));
  const namedHeals = all.flatMap((each) => (each.named ? [each.named] : []));
  return {
    model: model.id,
    size,
    numerics,
    pictures: all.length,
    failed: group.length - all.length,
    rows: all[0]?.rows ?? 0,
    cols: all[0]?.cols ?? 0,
    psnr: of((each) => each.psnr),
    ssim: of((each) => each.ssim),
    clampedShare: of((each) => each.clampedShare),
    clampedPictures: all.filter(({ clampedShare }) => clampedShare !== null && clampedShare > 0).length,
    rawLogvarMin: of((each) => each.rawLogvarMin),
    influence: {
      max: of((each) => each.influence.max),
      median: of((each) => each.influence.median),
      ratio: of((each) => each.influence.ratio),
    },
    rankings: Object.fromEntries(
      RANKINGS.map((ranking) => [ranking, rankingSummary(all, ranking, named)]),
    ) as GroupSummary['rankings'],
    named: named && namedHeals.length > 0 ? { cell: named, ...healSpread(namedHeals) } : null,
    mechanism: mechanismSummary(all),
  };
}

function rankingSummary(all: readonly Measures[], ranking: SpotMeasure, named: Cell | null): RankingSummary {
  const firsts = all.map(({ strongest }) => strongest[ranking]);
  return {
    places: places(firsts.map(({ cell }) => cell)),
    namedFirst: named && firsts.filter(({ cell }) => sameCell(cell, named)).length,
    score: spread(firsts.map(({ score }) => score)),
    value: spread(firsts.map(({ value }) => value)),
    heal: healSpread(firsts.map(({ heal }) => heal)),
  };
}

function places(cells: readonly Cell[]): { cell: Cell; count: number }[] {
  const counted: { cell: Cell; count: number }[] = [];
  for (const cell of cells) {
    const known = counted.find((each) => sameCell(each.cell, cell));
    if (known) known.count += 1;
    else counted.push({ cell, count: 1 });
  }
  return counted.sort((a, b) => b.count - a.count || a.cell.row - b.cell.row || a.cell.col - b.cell.col);
}

function healSpread(heals: readonly HealFigures[]): HealSpread {
  return {
    farRms: spread(heals.map(({ farRms }) => farRms)),
    nearRms: spread(heals.map(({ nearRms }) => nearRms)),
    control: spread(heals.map(({ control }) => control?.farRms ?? null)),
    ratio: spread(heals.map(({ ratio }) => ratio)),
    withoutControl: heals.filter(({ control }) => !control).length,
  };
}

function mechanismSummary(all: readonly Measures[]): MechanismSummary | null {
  const known = all.flatMap(({ mechanism }) => (mechanism ? [mechanism] : []));
  if (known.length === 0) return null;
  const arm = (name: keyof MechanismSummary['farRms']) => spread(known.map(({ farRms }) => farRms[name]));
  return {
    farRms: {
      full: arm('full'),
      frozenNorm: arm('frozenNorm'),
      frozenAttention: arm('frozenAttention'),
      frozenBoth: arm('frozenBoth'),
    },
    judgedRms: spread(known.map(({ judgedRms }) => judgedRms)),
    normShare: spread(known.map(({ normShare }) => normShare)),
    attentionShare: spread(known.map(({ attentionShare }) => attentionShare)),
    beyondReceptiveField: spread(known.map((each) => each.beyondReceptiveField)).max,
  };
}

export function spread(figures: readonly Figure[]): Spread {
  const values = figures.filter((each) => each !== null && Number.isFinite(each)) as number[];
  values.sort((a, b) => a - b);
  const count = values.length;
  if (count === 0) {
    return {
      count,
      min: null,
      lowerQuartile: null,
      median: null,
      upperQuartile: null,
      max: null,
      mean: null,
    };
  }
  return {
    count,
    min: values[0],
    lowerQuartile: quantile(values, 0.25),
    median: median(values),
    upperQuartile: quantile(values, 0.75),
    max: values[count - 1],
    mean: values.reduce((sum, value) => sum + value, 0) / count,
  };
}

/** Linear between the two nearest of sorted values (Hyndman and Fan's type 7, the default of NumPy and R). */
function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}
