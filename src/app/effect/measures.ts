import type { Change } from '@/latent/types';
import { SMALLEST_NAMED } from '@/measures/effect';
import { BENCH_TERMS } from '../glossary/benchTerms';
import { levels, levelsRatio, number, percent, signedLevels } from '../parts/format';
import type { EffectView } from './useEffectView';

/** A share that still is shown with two figures. */
const SMALLEST_SHARE = 0.01;

export interface Measure {
  label: string;
  unit: string;
  explanation: string;
  /** One text, or one for each of red, green and blue. */
  text(change: Change): string | string[];
  /** Words for the ratio of two changes; absent where a ratio means nothing. */
  ratio?(own: Change, control: Change): string;
}

export const MEASURES: readonly Measure[] = [
  {
    label: 'Near, RMS',
    unit: 'levels',
    explanation: BENCH_TERMS.near.says,
    text: (change) => levels(change.nearRms),
    ratio: (own, control) => levelsRatio(own.nearRms, control.nearRms, SMALLEST_NAMED),
  },
  {
    label: 'Far, RMS',
    unit: 'levels',
    explanation: BENCH_TERMS.far.says,
    text: (change) => levels(change.farRms),
    ratio: (own, control) => levelsRatio(own.farRms, control.farRms, SMALLEST_NAMED),
  },
  {
    label: 'Far share',
    unit: 'of change\u00b2',
    explanation: BENCH_TERMS.farShare.says,
    text: (change) => percent(change.farShare),
  },
  {
    label: 'Far shift, RGB',
    unit: 'levels',
    explanation: BENCH_TERMS.farShift.says,
    text: (change) => change.farShift.map(signedLevels),
  },
  {
    label: 'Far PSNR',
    unit: 'dB',
    explanation: BENCH_TERMS.farPsnr.says,
    text: (change) => number(change.farPsnr, 1),
  },
  {
    label: 'Far changed',
    unit: 'of pixels',
    explanation: BENCH_TERMS.farChanged.says,
    text: (change) => percent(change.farChanged),
    // A share is shown to a tenth of a per cent: below one per cent that is too coarse to divide by.
    ratio: (own, control) => levelsRatio(own.farChanged, control.farChanged, SMALLEST_SHARE),
  },
];

/** One row of a table of the effect: nothing where a number is not there, a ratio only beside its levels. */
export interface Figures {
  own: string | string[] | null;
  control: string | string[] | null;
  ratio: string | null;
}

export function figuresOf(measure: Measure, view: EffectView): Figures {
  const own = view.cells > 0 && view.ownCells > 0 ? view.own : null;
  const control = view.cells > 0 ? view.control : null;
  const fresh = own && control && !view.ownOld && !view.controlOld;
  return {
    own: own && measure.text(own),
    control: control && measure.text(control),
    ratio: fresh && measure.ratio ? measure.ratio(own, control) : null,
  };
}
