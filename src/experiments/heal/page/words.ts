/** Words and rows for what healing costs the picture. */

import type { Column } from '@/app/experiments/table';
import { number, signed } from '@/app/parts/format';
import type { NonEmpty } from '@/common/nonEmpty';
import { cellText } from '@/latent/cellText';
import type { Cell } from '@/latent/types';
import type { ExperimentResults } from '../../names';

type Heal = ExperimentResults['heal'];
type HealedSpot = Heal['spots'][number];

/** dB by which the far picture has to become worse, beyond its control, before it is said to lose something. */
const LOSS = 0.5;

export interface HealRow {
  spot: HealedSpot;
  whose: 'spot' | 'control' | 'healedControl';
  cell: Cell;
  /** Scores of that cell; null in results that do not know them. */
  scores: HealedSpot['scores'] | null;
  before: HealedSpot['before'];
  after: HealedSpot['after'];
}

export const WHOSE_NAMES: Record<HealRow['whose'], string> = {
  spot: 'healed',
  control: 'same shift at the control',
  healedControl: 'control healed',
};

export function healRows({ spots }: Heal): HealRow[] {
  return spots.flatMap((spot) =>
    (['spot', 'control', 'healedControl'] as const).flatMap((whose) => {
      const healed = whose === 'spot' ? spot : spot[whose];
      if (!healed) return [];
      const { cell, scores = null, before, after } = healed;
      return [{ spot, whose, cell, scores, before, after }];
    }),
  );
}

/** dB gained (positive) or lost over the far pixels; null where there are none. */
export function farGain({ before, after }: Pick<HealRow, 'before' | 'after'>): number | null {
  return before.far === null || after.far === null ? null : after.far - before.far;
}

export const nearGain = ({ before, after }: Pick<HealRow, 'before' | 'after'>) => after.near - before.near;

const gain = (value: number | null) => (value === null ? '\u2013' : signed(value, 2));

export const HEAL_COLUMNS: NonEmpty<Column<HealRow>> = [
  {
    key: 'spot_row',
    words: true,
    label: 'cell',
    value: ({ spot }) => spot.cell.row,
    text: ({ cell }) => cellText(cell),
  },
  {
    key: 'whose',
    words: true,
    label: 'what was done',
    value: ({ whose }) => whose,
    text: ({ whose }) => WHOSE_NAMES[whose],
  },
  {
    key: 'mean_score',
    label: '|mean|',
    unit: 'robust \u03c3',
    value: ({ scores }) => scores?.norm ?? null,
    text: ({ scores, whose }) => (whose !== 'healedControl' && scores ? signed(scores.norm, 1) : ''),
  },
  {
    key: 'raw_logvar_score',
    label: 'raw logvar',
    unit: 'robust \u03c3',
    value: ({ scores }) => scores?.rawLogvar ?? null,
    text: ({ scores, whose }) => (whose !== 'healedControl' && scores ? signed(scores.rawLogvar, 1) : ''),
  },
  {
    key: 'far_psnr_before_db',
    label: 'far before',
    unit: 'dB',
    value: ({ before }) => before.far,
    text: ({ before }) => (before.far === null ? '\u2013' : number(before.far, 2)),
  },
  {
    key: 'far_psnr_after_db',
    label: 'far after',
    unit: 'dB',
    value: ({ after }) => after.far,
    text: ({ after }) => (after.far === null ? '\u2013' : number(after.far, 2)),
  },
  {
    key: 'far_psnr_gain_db',
    label: 'far gain',
    unit: 'dB',
    value: farGain,
    text: (row) => gain(farGain(row)),
  },
  {
    key: 'near_psnr_gain_db',
    label: 'near gain',
    unit: 'dB',
    value: nearGain,
    text: (row) => gain(nearGain(row)),
  },
  {
    key: 'whole_psnr_after_db',
    label: 'whole after',
    unit: 'dB',
    value: ({ after }) => after.whole,
    text: ({ after }) => number(after.whole, 2),
  },
];

export function healFileColumns(): Column<HealRow>[] {
  const [row, ...others] = HEAL_COLUMNS;
  return [
    row,
    { ...row, key: 'spot_col', value: ({ spot }) => spot.cell.col },
    { ...row, key: 'cell_row', value: ({ cell }) => cell.row },
    { ...row, key: 'cell_col', value: ({ cell }) => cell.col },
    // The scores are those of this cell.
    ...others,
    { ...row, key: 'influence_score', value: ({ scores }) => scores?.influence ?? null },
  ];
}

export function healVerdict({ spots }: Heal): string {
  if (spots.length === 0) return 'There is no cell above the median to heal.';
  const told = spots.map((spot) => ({
    spot,
    own: farGain(spot),
    beside: spot.control && farGain(spot.control),
  }));
  const known = told.filter((each): each is typeof each & { own: number } => each.own !== null);
  if (known.length === 0) return 'No pixel lies far from these cells, so there is no far picture to lose.';
  const worst = known.reduce((least, each) => (each.own < least.own ? each : least));
  const place = cellText(worst.spot.cell);
  const control =
    worst.beside === null ? '' : `; the same shift at an ordinary cell ${lossWords(worst.beside)}`;
  const { before, after } = worst.spot;
  const range = `${number(before.far!, 1)} to ${number(after.far!, 1)} dB`;
  if (worst.own <= -LOSS && worst.own <= (worst.beside ?? 0) - LOSS) {
    return `Healing ${place} costs the picture far away ${number(-worst.own)} dB (${range} against the original)${control}.`;
  }
  return `Nothing far away is lost. The most that healing one of these ${spots.length} cells does there is at ${place}: it ${lossWords(worst.own)} (${range})${control}.`;
}

function lossWords(value: number): string {
  if (Math.abs(value) < 0.005) return 'changes nothing';
  return value < 0 ? `costs ${number(-value)} dB` : `gains ${number(value)} dB`;
}
