/** Noise, bounds and samples: rows, and what the numbers amount to. */

import type { Column } from '@/app/experiments/table';
import { bareLevels } from '@/app/experiments/words';
import { levels as levelsText, number, percent, plural } from '@/app/parts/format';
import { cellText } from '@/latent/cellText';
import { levels } from '@/measures/effect';
import { rmsOfPsnr } from '@/measures/quality';
import type { ExperimentResults } from '../../names';

type Noise = ExperimentResults['noise'];
type Clamp = ExperimentResults['clamp'];
type Sampling = ExperimentResults['sampling'];
export type NoiseArm = keyof Noise['arms'];
export type ClampKind = keyof Clamp['curves'];
type Quality = Noise['arms']['all'][number];

export const ARM_LABELS: Record<NoiseArm, string> = {
  all: 'all cells',
  spots: 'the spot alone',
  rest: 'all but the spot',
  control: 'an ordinary cell',
};

export const NOISE_ARMS = Object.keys(ARM_LABELS) as NoiseArm[];

const decibels = (value: number) => number(value, 1);

const QUALITY_COLUMNS: readonly Column<Omit<Quality, 'sigma'>>[] = [
  {
    key: 'psnr_decode_db',
    label: 'PSNR to the decode as it is',
    unit: 'dB',
    value: ({ psnrBase }) => psnrBase,
    text: ({ psnrBase }) => decibels(psnrBase),
  },
  {
    key: 'psnr_picture_db',
    label: 'PSNR to the picture',
    unit: 'dB',
    value: ({ psnrPicture }) => psnrPicture,
    text: ({ psnrPicture }) => decibels(psnrPicture),
  },
  {
    key: 'near_rms_levels',
    label: 'near, RMS',
    unit: 'levels',
    value: ({ nearRms }) => nearRms,
    text: ({ nearRms }) => levelsText(nearRms),
  },
  {
    key: 'far_rms_levels',
    label: 'far, RMS',
    unit: 'levels',
    value: ({ farRms }) => farRms,
    text: ({ farRms }) => levelsText(farRms),
  },
];

export type NoiseRow = Quality & { arm: NoiseArm };

export function noiseRows({ arms }: Noise): NoiseRow[] {
  return NOISE_ARMS.flatMap((arm) => (arms[arm] ?? []).map((point) => ({ arm, ...point })));
}

export const NOISE_COLUMNS: readonly Column<NoiseRow>[] = [
  {
    key: 'noise_on',
    words: true,
    label: 'noise on',
    value: ({ arm }) => arm,
    text: ({ arm }) => ARM_LABELS[arm],
  },
  {
    key: 'sigma',
    label: 'strength',
    unit: '\u03c3',
    value: ({ sigma }) => sigma,
    text: ({ sigma }) => number(sigma, 2),
  },
  ...QUALITY_COLUMNS,
];

/** A spot's noise has to move the far picture by so many levels, and so many times its control's, to be called fragile. */
const LEVELS = 1;
const RATIO = 3;

export function noiseVerdict({ arms, spots }: Noise): string {
  const last = arms.spots.length - 1;
  const spot = arms.spots[last];
  const control = arms.control?.[last] ?? null;
  const all = arms.all[last];
  const others = arms.rest[last];
  if (!spot || !all || !others) return 'No noise was added.';
  const where = spots.map(cellText).join('; ');
  const rest = `On all cells it leaves ${decibels(all.psnrBase)} dB, on all but the spot ${decibels(others.psnrBase)} dB.`;
  if (Number.isNaN(spot.farRms)) {
    return `No pixel lies far from ${where}, so what noise there does far away cannot be said. ${rest}`;
  }
  const beside = control
    ? `; the very same noise at an ordinary cell moves it by ${bareLevels(control.farRms)}`
    : '';
  const numbers = `${number(spot.sigma, 2)} \u03c3 of noise at ${where} alone moves the far picture by ${levels(spot.farRms)}${beside}`;
  const fragile = spot.farRms >= LEVELS && spot.farRms >= RATIO * (control?.farRms ?? 0);
  const opening = fragile ? 'The decoder leans on the spot: ' : 'The spot is no weaker than other cells: ';
  return `${opening}${numbers}. ${rest}`;
}

export type ClampRow = NonNullable<Clamp['curves']['clamp']>[number] & { kind: ClampKind };

export function clampRows({ curves }: Clamp): ClampRow[] {
  return (['clamp', 'tanh'] as const).flatMap((kind) =>
    (curves[kind] ?? []).map((point) => ({ kind, ...point })),
  );
}

export const CLAMP_COLUMNS: readonly Column<ClampRow>[] = [
  { key: 'kind', words: true, label: 'by', value: ({ kind }) => kind, text: ({ kind }) => kind },
  {
    key: 'bound_scaled',
    label: 'bound',
    unit: 'scaled units',
    value: ({ bound }) => bound,
    text: ({ bound }) => number(bound, 2),
  },
  {
    key: 'beyond_share',
    label: 'numbers beyond',
    value: ({ beyond }) => beyond,
    text: ({ beyond }) => percent(beyond),
  },
  {
    key: 'spot_beyond_share',
    label: 'of the spot\u2019s',
    value: ({ spotsBeyond }) => spotsBeyond,
    text: ({ spotsBeyond }) => percent(spotsBeyond),
  },
  ...QUALITY_COLUMNS,
];

/** dB: a decode this close to the one without bounds cannot be told from it by eye. */
const ALIKE = 40;

/** @param assumed nobody said the model's scale factor */
export function clampVerdict({ curves, largest }: Clamp, assumed = false): string {
  const units = assumed ? 'scaled units (by an assumed factor)' : 'scaled units';
  const opening = `The largest number of this latent is ${number(largest)} in ${units}, where a diffusion model expects a standard normal.`;
  const points = curves.clamp ?? curves.tanh ?? [];
  const cutting = points.filter(({ beyond }) => beyond > 0);
  const fine = cutting.filter(({ psnrBase }) => psnrBase >= ALIKE);
  if (cutting.length === 0) return `${opening} None of the bounds cuts anything.`;
  const tightest = points.reduce((least, point) => (point.bound < least.bound ? point : least));
  const end = `At \u00b1${number(tightest.bound, 1)}, beyond which ${percent(tightest.beyond)} of the numbers lie, the decode keeps ${decibels(tightest.psnrBase)} dB.`;
  if (fine.length === 0) return `${opening} Every bound that cuts anything costs something. ${end}`;
  const least = Math.min(...fine.map(({ bound }) => bound));
  return `${opening} Cutting at \u00b1${number(least, 1)} costs nothing to speak of (${ALIKE} dB or more). ${end}`;
}

export type SamplingRow = Sampling['samples'][number];

export const SAMPLING_COLUMNS: readonly Column<SamplingRow>[] = [
  { key: 'seed', label: 'sample of seed', value: ({ seed }) => seed, text: ({ seed }) => String(seed) },
  ...QUALITY_COLUMNS,
];

/** Levels, RMS: less is lost where a picture is rounded to whole levels. */
export const UNSEEN = 0.5;

export function samplingVerdict({ samples, medianSigma, largestSigma, psnrPicture }: Sampling): string {
  if (samples.length === 0) return 'No sample was decoded.';
  const worst = samples.reduce((least, each) => (each.psnrBase < least.psnrBase ? each : least));
  const rms = rmsOfPsnr(worst.psnrBase);
  const seen = rms < UNSEEN ? 'cannot be seen' : rms < 2 ? 'is barely to be seen' : 'can be seen';
  return `The noise of the posterior ${seen}: of ${plural(samples.length, 'sample')} the one furthest from the decode of the mean differs by ${levels(rms)}, RMS (${decibels(worst.psnrBase)} dB; the decode itself is ${decibels(psnrPicture)} dB from the picture). The posterior\u2019s sigma is ${medianSigma.toPrecision(2)} at the median and ${largestSigma.toPrecision(2)} at most, raw units.`;
}

/** "0.1, 0.5 1" to numbers above 0, ascending; null where one cannot be read, or there is none, or more than twelve. */
export function readNumbers(text: string): number[] | null {
  const parts = text.split(/[\s,;]+/).filter(Boolean);
  const numbers = parts.map(Number);
  if (numbers.length === 0 || numbers.length > 12) return null;
  if (!numbers.every((value) => Number.isFinite(value) && value > 0)) return null;
  return [...new Set(numbers)].sort((a, b) => a - b);
}
