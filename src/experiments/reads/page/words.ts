/** Words for how far a cell reads, beside an ordinary one. */

import type { Column } from '@/app/experiments/table';
import { CellWords } from '@/app/experiments/words';
import { number, percent } from '@/app/parts/format';
import { cellText } from '@/latent/cellText';
import type { ExperimentResults } from '../../names';

type Reads = ExperimentResults['reads'];

export interface ReadRow {
  distance: number;
  own: number;
  within: number;
  control: number | null;
  controlWithin: number | null;
}

/** One row a ring around the cell; the control's rings end earlier or later, as it lies elsewhere. */
export function readRows({ profile, within, control }: Reads): ReadRow[] {
  return profile.map((own, distance) => ({
    distance,
    own,
    within: within[distance] ?? 1,
    control: control?.profile[distance] ?? null,
    controlWithin: control ? (control.within[distance] ?? 1) : null,
  }));
}

/** Sigma per level are small numbers: two digits that count. */
const small = (value: number | null) =>
  value === null ? '\u2013' : value === 0 ? '0' : value.toExponential(1);

export const READ_COLUMNS: readonly Column<ReadRow>[] = [
  {
    key: 'distance_cells',
    label: 'distance',
    unit: 'cells',
    value: ({ distance }) => distance,
    text: ({ distance }) => String(distance),
  },
  {
    key: 'gradient_rms_sigma_per_level',
    label: 'this cell, RMS',
    unit: '\u03c3 / level',
    value: ({ own }) => own,
    text: ({ own }) => small(own),
  },
  {
    key: 'within_share',
    label: 'read up to there',
    value: ({ within }) => within,
    text: ({ within }) => percent(within),
  },
  {
    key: 'control_gradient_rms_sigma_per_level',
    label: 'control, RMS',
    unit: '\u03c3 / level',
    value: ({ control }) => control,
    text: ({ control }) => small(control),
  },
  {
    key: 'control_within_share',
    label: 'read up to there',
    value: ({ controlWithin }) => controlWithin,
    text: ({ controlWithin }) => (controlWithin === null ? '\u2013' : percent(controlWithin)),
  },
];

/** A page shows rings near the cell and every fourth further out; the file has all. */
export function shownRows(rows: readonly ReadRow[]): ReadRow[] {
  return rows.filter(({ distance }) => distance <= 4 || distance % 8 === 0 || distance === rows.length - 1);
}

/** Share of the squared gradient from which on a cell is said to read the whole picture. */
const WHOLE = 0.5;
/** So many times its control's share, a cell reads further than ordinary ones. */
const FURTHER = 3;

export function readsVerdict({ cell, farShare, radius, control, within }: Reads): string {
  if (Number.isNaN(farShare)) return `${CellWords(cell)} reads nothing: no pixel moves its numbers.`;
  const own = `${percent(farShare)} of its squared gradient lies beyond ${radius} cells`;
  const half = within.findIndex((share) => share >= 0.5);
  const reach = `half of it within ${half} ${half === 1 ? 'cell' : 'cells'}`;
  const beside = control
    ? `; of its control\u2019s, ${cellText(control.cell)}, ${percent(control.farShare)}`
    : '; no cell is far enough away to be its control';
  const more = control && control.farShare > 0 ? farShare / control.farShare : null;
  if (farShare >= WHOLE && (more === null || more >= FURTHER)) {
    return `${CellWords(cell)} reads the whole picture: ${own}, ${reach}${beside}.`;
  }
  if (farShare >= WHOLE) {
    return `${CellWords(cell)} reads far, and so does an ordinary cell: ${own}, ${reach}${beside}.`;
  }
  if (more !== null && more >= FURTHER) {
    return `${CellWords(cell)} reads mostly its neighbourhood, but the whole picture more than an ordinary cell does: ${own}, ${reach}${beside} (${number(more, 1)} times less).`;
  }
  return `${CellWords(cell)} reads its neighbourhood: ${own}, ${reach}${beside}.`;
}
