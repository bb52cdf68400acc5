/** Carrying edits from one model's latent to another's of the same picture, so that both make the same change. */

import { channelSigma } from '@/latent/statistics';
import type { Latent } from '@/latent/types';
import { cellValues, isEnabled } from './apply';
import type { Edit } from './kinds';
import { fieldsOf, mapFields } from './mapFields';
import { moveEdit } from './move';
import { editProblem } from './validate';

/** `sigma`: the same change in each latent's own per-channel sigma; `raw`: the same numbers. */
export type Units = 'sigma' | 'raw';

export interface Translation {
  /** A new list, in the order of the edits that it was made from. */
  edits: Edit[];
  /** Reasons why edits that are switched on could not be carried, one each. */
  leftOut: string[];
}

/**
 * Carries edits from the latent `from` to the latent `to`, both unedited means of one picture. Cells go to the same places in
 * the picture. With m the unedited mean of the edit's cell and s the per-channel sigma of each latent, values become
 *
 * - in `sigma` units, for `add`: `v / s_from * s_to`; for `set` and `paste`: `m_to + (v - m_from) / s_from * s_to`. It is
 *   the *unedited* mean also where earlier edits touched that cell: what `set` leaves behind does not depend on them, so the
 *   cell ends as many sigma away from the unedited picture in one latent as in the other.
 * - in `raw` units: the same numbers.
 *
 * A channel of `from` that does not vary has no sigma to measure by; there the shift is carried as it is. `scale`, `zero`,
 * `heal`, `swap` and `noise` (whose strength is in sigma already) mean the same in every latent. What needs one number a
 * channel cannot go to another number of channels and is left out, and so is what does not fit.
 */
export function translateEdits(edits: readonly Edit[], from: Latent, to: Latent, units: Units): Translation {
  // One latent for both: what goes through a quotient would not come back to the last digit.
  const ratio = units === 'raw' || from.data === to.data ? null : sigmaRatio(from, to);
  const translated: Edit[] = [];
  const leftOut: string[] = [];
  for (const edit of edits) {
    const result = translate(edit, from, to, ratio);
    if (typeof result !== 'string') translated.push(result);
    else if (isEnabled(edit)) leftOut.push(result);
  }
  return { edits: translated, leftOut };
}

/** "One edit could not be carried to Mini, wide: its 4 numbers do not fit 16 channels." Null where nothing was left out. */
export function leftOutSentence(leftOut: readonly string[], name: string): string | null {
  if (leftOut.length === 0) return null;
  const subject = leftOut.length === 1 ? 'One edit' : `${leftOut.length} edits`;
  return `${subject} could not be carried to ${name}: ${[...new Set(leftOut)].join('; ')}.`;
}

function translate(edit: Edit, from: Latent, to: Latent, ratio: Float64Array | null): Edit | string {
  const moved = moveEdit(edit, from, to);
  if (!moved) return 'the two cells of a swap are one there';
  const perChannel = fieldsOf(edit).some(({ field }) => field.perChannel);
  if (!perChannel) return moved;
  if (from.channels !== to.channels) return `${from.channels} numbers do not fit ${to.channels} channels`;
  if (!ratio) return moved;
  const units = { from: cellValues(from, edit.cell), to: cellValues(to, moved.cell), ratio };
  const result = mapFields(moved, (field, value) => field.convert(value, units));
  return editProblem(result, to) === null ? result : 'the numbers would be too large there';
}

/** Sigma of `to` in sigma of `from`, one number a channel; 1 where `from` does not vary. */
function sigmaRatio(from: Latent, to: Latent): Float64Array {
  if (from.channels !== to.channels) return new Float64Array(0);
  const before = channelSigma(from);
  return channelSigma(to).map((sigma, c) => (before[c] > 0 ? sigma / before[c] : 1));
}
