/** Words for what lies between two pictures, and for what the spots have to do with it. */

import type { Column } from '@/app/experiments/table';
import { bareLevels } from '@/app/experiments/words';
import { levels as levelsText, number } from '@/app/parts/format';
import { cellText } from '@/latent/cellText';
import { levels } from '@/measures/effect';
import type { ExperimentResults } from '../../names';

type Interpolation = ExperimentResults['interpolate'];
export type Step = Interpolation['steps'][number];
export type SpotWay = Interpolation['spots'];

export const WAY_NAMES: Record<SpotWay, string> = {
  along: 'go along',
  fromA: 'stay this picture\u2019s',
  fromB: 'are the other\u2019s',
  healed: 'are healed',
};

export const STEP_COLUMNS: readonly Column<Step>[] = [
  { key: 't', label: 'part of the way', value: ({ t }) => t, text: ({ t }) => number(t, 2) },
  ...(['fromA', 'fromB'] as const).flatMap((end): Column<Step>[] => {
    const [key, label] = end === 'fromA' ? ['this', 'from this one'] : ['other', 'from the other'];
    return [
      {
        key: `rms_from_${key}_levels`,
        label,
        unit: 'levels, RMS',
        value: (step) => step[end].rms,
        text: (step) => levelsText(step[end].rms),
      },
      {
        key: `far_rms_from_${key}_levels`,
        label: `${label}, far`,
        unit: 'levels, RMS',
        value: (step) => step[end].farRms,
        text: (step) => levelsText(step[end].farRms),
      },
      {
        key: `psnr_from_${key}_db`,
        label: `PSNR, ${label}`,
        unit: 'dB',
        value: (step) => step[end].psnr,
        text: (step) => number(step[end].psnr, 1),
      },
    ];
  }),
];

/** Share of the distance between the ends from which on a picture is said to be another one. */
const MUCH = 0.1;

export function interpolateVerdict({ steps, ends, spots, cells }: Interpolation, other: string): string {
  const first = steps[0];
  const last = steps.at(-1);
  const middle = steps[(steps.length - 1) >> 1];
  if (!first || !last || !middle) return 'No picture was decoded.';
  const where = cells.map(cellText).join(' and ');
  const apart = `the two pictures are ${levels(ends.rms)} apart, RMS`;
  if (spots === 'along') {
    return `Half way (${number(middle.t, 2)}) the picture is ${levels(middle.fromA.rms)} from this one and ${bareLevels(middle.fromB.rms)} from ${other}; ${apart}.`;
  }
  if (Number.isNaN(ends.farRms)) {
    return `No pixel lies far from ${where}, so what these cells do to the far picture cannot be said; ${apart}.`;
  }
  const off = (distance: Step['fromA']) =>
    `${distance.farRms >= MUCH * ends.farRms ? 'is not the same any more' : 'is almost the same'}: far from the spots it is ${levels(distance.farRms)} off`;
  if (spots === 'fromA') {
    return `With this picture\u2019s numbers at ${where}, ${other} ${off(last.fromB)}; ${apart}.`;
  }
  if (spots === 'fromB') {
    return `With the other\u2019s numbers at ${where}, this picture ${off(first.fromA)}; ${apart}.`;
  }
  return `With ${where} healed, this picture ${off(first.fromA)}, and ${other} is ${bareLevels(last.fromB.farRms)} off; ${apart}.`;
}
