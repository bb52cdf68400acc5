/** Rules by which a list of spots is read, in words. */
import type { SpotGroup } from '@/measures/spotGroups';
import type { SpotMeasure } from '@/measures/spots';
import { plural, scoreText } from '../parts/format';

export const SPOT_NAMES: Record<SpotMeasure, string> = {
  influence: 'Influence',
  norm: '|mean|',
  rawLogvar: 'Low raw logvar',
};

/** What a measure says of a cell, and what it does not. */
export const SPOT_RULES: Record<SpotMeasure, string> = {
  influence:
    'How far one sigma at the cell shifts the whole picture\u2019s colour. This one tells how far a cell reaches.',
  norm: 'Large numbers in the cell. That alone does not mean that it reaches far.',
  rawLogvar: 'Cells of which the encoder is unusually sure. That alone does not mean that they reach far.',
};

/** "About 1", "fewer than 1". */
function expectedWords(expected: number): string {
  return expected < 0.5 ? 'fewer than 1' : `about ${Math.round(expected)}`;
}

/** What a list amounts to: one cell apart from all others, a tail of many, or nothing. */
export function groupWords(
  { measure, cells, found, expected, next, apart }: SpotGroup,
  threshold: number,
): string {
  const [first] = cells;
  // On the other side of the median there may be many.
  if (!first)
    return `No cell is ${threshold} sigma ${measure === 'rawLogvar' ? 'below' : 'above'} the median.`;
  if (apart) {
    const others = found === 1 ? '' : ` ${plural(found - 1, 'other')} beyond ${threshold} sigma.`;
    return `One cell stands apart: ${scoreText(first.score)} sigma; the next, ${next === null ? 'none' : scoreText(next)}.${others}`;
  }
  const some = plural(found, 'cell');
  return found <= Math.max(1, 2 * expected)
    ? `${some} beyond ${threshold} sigma, of which chance alone gives ${expectedWords(expected)}. None stands apart.`
    : `${some} beyond ${threshold} sigma (a bell curve has ${expectedWords(expected)}): a tail of many, of which none stands apart.`;
}
