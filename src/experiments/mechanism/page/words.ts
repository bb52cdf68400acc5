/** Words for the four arms: which path carried the change, and its share. */

import type { Column } from '@/app/experiments/table';
import { bareLevels } from '@/app/experiments/words';
import { levels as levelsText, number, percent } from '@/app/parts/format';
import type { Change } from '@/latent/types';
import { levels, SMALLEST_NAMED } from '@/measures/effect';
import type { ExperimentResults } from '../../names';

type Mechanism = ExperimentResults['mechanism'];

export const ARM_NAMES = {
  full: 'Nothing held',
  frozenNorm: 'GroupNorm held',
  frozenAttention: 'Attention held',
  frozenBoth: 'Both held',
} as const;

export type Arm = keyof typeof ARM_NAMES;

export const ARMS = Object.keys(ARM_NAMES) as Arm[];

export interface ArmRow {
  arm: Arm;
  change: Change;
  /** RMS over the pixels by which the paths are judged, levels. */
  judgedRms: number;
}

export function armRows(result: Mechanism): ArmRow[] {
  return ARMS.map((arm) => ({ arm, change: result[arm].change, judgedRms: Math.sqrt(result[arm].energy) }));
}

export function armColumns(result: Pick<Mechanism, 'judgedBeyond'>): Column<ArmRow>[] {
  return [
    { key: 'arm', words: true, label: 'arm', value: ({ arm }) => arm, text: ({ arm }) => ARM_NAMES[arm] },
    {
      key: 'near_rms_levels',
      label: 'near, RMS',
      unit: 'levels',
      value: ({ change }) => change.nearRms,
      text: ({ change }) => levelsText(change.nearRms),
    },
    {
      key: 'far_rms_levels',
      label: 'far, RMS',
      unit: 'levels',
      value: ({ change }) => change.farRms,
      text: ({ change }) => levelsText(change.farRms),
    },
    {
      key: 'far_share',
      label: 'far share',
      unit: 'of change\u00b2',
      value: ({ change }) => change.farShare,
      text: ({ change }) => percent(change.farShare),
    },
    {
      key: `rms_beyond_${result.judgedBeyond}_cells_levels`,
      label: `beyond ${result.judgedBeyond} cells`,
      unit: 'levels, RMS',
      value: ({ judgedRms }) => judgedRms,
      text: ({ judgedRms }) => levelsText(judgedRms),
    },
  ];
}

/** A share in whole per cent, with a real minus sign: it may lie outside 0 to 1. */
export const shareWords = (share: number) => `${number(100 * share, 0)} %`;

/** Levels: less than one cannot be seen, whatever its shares. */
const LITTLE = 1;

export function mechanismVerdict(result: Mechanism): string {
  const { carriers, judgedBeyond } = result;
  const { normShare, attentionShare } = carriers;
  const moved = Math.sqrt(carriers.full);
  const where = `beyond ${judgedBeyond} cells`;
  if (Number.isNaN(moved)) {
    return `No pixel lies more than ${judgedBeyond} cells from the edits, so there is no far change to divide between the paths.`;
  }
  if (moved < SMALLEST_NAMED) {
    return `The change does not travel: ${where} the picture moved by ${levels(moved)}.`;
  }
  if (normShare === null || attentionShare === null) {
    return `Neither path carries the change: ${where} it is no larger with both than with both held (${levels(moved)}).`;
  }
  const [strong, weak] =
    normShare >= attentionShare
      ? [`GroupNorm carries ${shareWords(normShare)}`, `attention ${shareWords(attentionShare)}`]
      : [`attention carries ${shareWords(attentionShare)}`, `GroupNorm ${shareWords(normShare)}`];
  const negative =
    Math.min(normShare, attentionShare) < -0.005
      ? ` A negative share means that this path works against the other: without it the change would be larger.`
      : '';
  const opening = moved < LITTLE ? 'Little travels. Of' : 'Of';
  return `${opening} the change ${where}, ${levels(moved)}, ${strong} and ${weak}.${negative}`;
}

/** The line that says whether the instrument itself can be trusted here. */
export function checkWords({ beyondReceptiveField, receptiveRadius, frozenBoth }: Mechanism): {
  text: string;
  ok: boolean | null;
} {
  if (beyondReceptiveField === null) {
    const { farRms } = frozenBoth.change;
    const left = Number.isNaN(farRms)
      ? 'At this radius there is no far picture either.'
      : `With both held the far picture still moves by ${bareLevels(farRms)} levels.`;
    return {
      ok: null,
      text: `Check: not possible at this size. Convolutions alone reach ${receptiveRadius} cells, and no cell lies further from the edits. ${left}`,
    };
  }
  if (beyondReceptiveField === 0) {
    return {
      ok: true,
      text: `Check: with both held, beyond ${receptiveRadius} cells, as far as convolutions reach, nothing changed at all: 0.`,
    };
  }
  return {
    ok: false,
    text: `Check failed: with both held, beyond ${receptiveRadius} cells the output changed by up to ${beyondReceptiveField.toExponential(1)}, where it must not change at all. Do not trust these shares.`,
  };
}
