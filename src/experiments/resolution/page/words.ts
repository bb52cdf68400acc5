/** Words for the sizes at which a spot is there, and for how far it reaches. */

import type { Column } from '@/app/experiments/table';
import { bareLevels, scoreWords } from '@/app/experiments/words';
import { levelsRatio, levels as levelsText, number } from '@/app/parts/format';
import { cellText } from '@/latent/cellText';
import type { Cell } from '@/latent/types';
import { levels, SMALLEST_NAMED } from '@/measures/effect';
import { SPOT_THRESHOLD } from '@/measures/spots';
import type { ExperimentResults } from '../../names';

export type ResolutionPoint = ExperimentResults['resolution']['points'][number];

/** A size has to beat the control by so much, at so many levels, before its strongest cell is said to reach far. */
const RATIO = 3;
const LEVELS = 1;

/** The first two, which the file takes apart, are the size and the strongest cell. */
export const RESOLUTION_COLUMNS: readonly [
  Column<ResolutionPoint>,
  Column<ResolutionPoint>,
  ...Column<ResolutionPoint>[],
] = [
  {
    key: 'size_pixels',
    label: 'size',
    unit: 'pixels',
    value: ({ width }) => width,
    text: ({ width }) => String(width),
  },
  {
    key: 'strongest_row',
    words: true,
    label: 'strongest by |mean|',
    value: ({ strongest }) => strongest.norm.cell.row,
    text: ({ strongest }) => cellText(strongest.norm.cell),
  },
  {
    key: 'mean_score',
    label: 'its score',
    unit: 'robust \u03c3',
    value: ({ strongest }) => strongest.norm.score,
    text: ({ strongest }) => scoreWords(strongest.norm.score),
  },
  {
    key: 'raw_logvar_score',
    label: 'strongest raw logvar',
    unit: 'robust \u03c3',
    value: ({ strongest }) => strongest.rawLogvar.score,
    text: ({ strongest }) => scoreWords(strongest.rawLogvar.score),
  },
  {
    key: 'influence_score',
    label: 'strongest influence',
    unit: 'robust \u03c3',
    value: ({ strongest }) => strongest.influence?.score ?? null,
    text: ({ strongest }) => (strongest.influence ? scoreWords(strongest.influence.score) : '\u2013'),
  },
  {
    key: 'healed_far_rms_levels',
    label: 'healed: far, RMS',
    unit: 'levels',
    value: ({ healed }) => healed.change.farRms,
    text: ({ healed }) => levelsText(healed.change.farRms),
  },
  {
    key: 'control_far_rms_levels',
    label: 'control: far, RMS',
    unit: 'levels',
    value: ({ healed }) => healed.control?.farRms ?? null,
    text: ({ healed }) => (healed.control ? levelsText(healed.control.farRms) : '\u2013'),
  },
  {
    key: 'far_ratio',
    label: 'ratio',
    value: ({ healed }) => healed.ratio,
    text: ({ healed }) =>
      healed.control === null
        ? '\u2013'
        : levelsRatio(healed.change.farRms, healed.control.farRms, SMALLEST_NAMED),
  },
  {
    key: 'psnr_db',
    label: 'PSNR',
    unit: 'dB',
    value: ({ psnr }) => psnr,
    text: ({ psnr }) => number(psnr, 1),
  },
  {
    key: 'ssim',
    label: 'SSIM',
    value: ({ ssim }) => ssim,
    text: ({ ssim }) => (ssim === null ? '\u2013' : number(ssim, 3)),
  },
];

export function resolutionFileColumns(): Column<ResolutionPoint>[] {
  const [size, row, ...others] = RESOLUTION_COLUMNS;
  return [
    size,
    row,
    { ...row, key: 'strongest_col', value: ({ strongest }) => strongest.norm.cell.col },
    ...others,
    // Each score is that of the cell that is strongest by it: often another one.
    ...strongestCell('raw_logvar', ({ strongest }) => strongest.rawLogvar.cell),
    ...strongestCell('influence', ({ strongest }) => strongest.influence?.cell),
  ];
}

function strongestCell(
  name: string,
  cell: (point: ResolutionPoint) => Cell | undefined,
): Column<ResolutionPoint>[] {
  return (['row', 'col'] as const).map((part) => ({
    key: `${name}_strongest_${part}`,
    label: '',
    value: (point) => cell(point)?.[part] ?? null,
    text: () => '',
  }));
}

/** Tells whether a change reaches far, in levels and beyond what the same change does at an ordinary cell. */
export function reachesFar(farRms: number, controlFarRms: number): boolean {
  return farRms >= LEVELS && farRms >= RATIO * controlFarRms;
}

/** The same in words. */
export const FAR_WORDS = `the far picture moves by at least ${levels(LEVELS)}, and ${RATIO} times as much as with the same shift at an ordinary cell`;

/** Tells whether the strongest cell stands out by |mean| and healing it reaches far, beyond what an ordinary cell does. */
export function isSpot({ strongest, healed }: ResolutionPoint): boolean {
  return (
    strongest.norm.score >= SPOT_THRESHOLD && reachesFar(healed.change.farRms, healed.control?.farRms ?? 0)
  );
}

export function resolutionVerdict(points: readonly ResolutionPoint[]): string {
  const there = points.filter(isSpot);
  const sizes = (some: readonly ResolutionPoint[]) => list(some.map(({ width }) => String(width)));
  const numbers = points.map(({ width, healed }) => {
    if (Number.isNaN(healed.change.farRms)) return `none at ${width} (no pixel is far there)`;
    const control = healed.control ? ` (control ${bareLevels(healed.control.farRms)})` : '';
    return `${bareLevels(healed.change.farRms)} at ${width}${control}`;
  });
  const ends = `Healing it moves the far picture, in levels, by ${list(numbers)}.`;
  const asked = points.length === 1 ? `at ${sizes(points)} pixels` : `at all sizes, ${sizes(points)} pixels`;
  if (there.length === 0) {
    const far = points.map(({ healed }) => healed.change.farRms).filter((value) => !Number.isNaN(value));
    if (far.length === 0) {
      return `At ${sizes(points)} pixels no pixel lies far from the strongest cell, so how far it reaches cannot be said.`;
    }
    const most = Math.max(...far);
    return `No spot ${points.length === 1 ? '' : 'at any size '}(${sizes(points)} pixels): the strongest cell does not stand out, or healing it moves the far picture no more than an ordinary cell does; at most by ${levels(most)}.`;
  }
  if (there.length === points.length) return `The spot is there ${asked}. ${ends}`;
  const missing = points.filter((point) => !isSpot(point));
  return `The spot is there at ${sizes(there)} pixels and not at ${sizes(missing)}. ${ends}`;
}

function list(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
