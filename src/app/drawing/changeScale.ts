/** The scale of change maps: fitted to the largest change among all that is compared, or absolute. */
import type { Amplification, SideState } from '@/session/types';
import { enabledEdits, strengthBetween } from '../cell/analysis';
import { number } from '../parts/format';

/** A fitted scale ends here at the least, levels: what is smaller is rounding, and must not glow. */
const LEAST_END = 0.1;

/** Ends of fitted scales, over the power of ten: close enough that most of the colours are used, apart enough not to change with each edit. */
const ROUND = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];

const peaks = new WeakMap<Float32Array, number>();

/** The largest of a change map, levels; looked for once. */
function peakOf(difference: Float32Array): number {
  let peak = peaks.get(difference);
  if (peak === undefined) {
    peak = 0;
    for (const value of difference) if (value > peak) peak = value;
    peaks.set(difference, peak);
  }
  return peak;
}

/** The first round number at or above the largest change, 0.1 to 255 levels. */
export function fittedEnd(peak: number): number {
  if (!(peak > LEAST_END)) return LEAST_END;
  const power = 10 ** Math.floor(Math.log10(peak));
  const times = ROUND.find((round) => round * power >= peak * (1 - 1e-6)) ?? 10;
  return Math.min(255, Number((times * power).toPrecision(2)));
}

/** The end of one scale for several change maps, levels. */
export function sharedEnd(amplification: Amplification, differences: readonly Float32Array[]): number {
  if (amplification !== 'data') return 255 / amplification;
  return fittedEnd(Math.max(0, ...differences.map(peakOf)));
}

type Compared = Pick<SideState, 'base' | 'edited' | 'control' | 'posterior' | 'edits'>;

/**
 * The end of the scale of the third pane, levels: one for both models, and for the edit and its control, so that all four can be
 * told from one another.
 */
export function changeEnd(amplification: Amplification, sides: readonly Compared[]): number {
  if (amplification !== 'data') return 255 / amplification;
  const found = sides.flatMap(({ base, edited, control, posterior, edits }) => {
    if (!base || enabledEdits(edits).length === 0) return [];
    return [edited, control].flatMap((result, index) => {
      if (!result || result.value.pixels.width !== base.width) return [];
      if (result.edits === edits) return [peakOf(result.value.difference)];
      // A control of other edits says nothing of these.
      if (index === 1) return [];
      const strength = posterior && strengthBetween(posterior, result.edits, edits);
      return [peakOf(result.value.difference) * Math.abs(strength ?? 1)];
    });
  });
  // Nothing to fit it to.
  if (found.length === 0) return 255;
  return fittedEnd(Math.max(0, ...found));
}

/** Numbers at the ends of a change legend, with what they are. */
export function changeLegend(
  amplification: Amplification,
  end: number,
): { lowText: string; highText: string; unit: string } {
  return {
    lowText: '0',
    highText: amplification === 'data' ? String(end) : number(end, 255 % amplification === 0 ? 0 : 1),
    unit:
      amplification === 'data'
        ? 'levels of 255'
        : amplification === 1
          ? 'levels of 255, absolute'
          : `levels of 255, \u00d7 ${amplification}`,
  };
}
