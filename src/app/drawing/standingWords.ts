import { plural } from '../parts/format';
import { showParts } from './show';
import type { Decoded } from './useDecoded';

/** A picture that is not what was asked for: it keeps its colours, and a badge says what it is. */
export interface Badge {
  text: string;
  /** True where it carries no mark of what is selected and edited now. */
  old: boolean;
}

/**
 * Words for a picture that is not the exact one that was asked for; null where it is.
 * @param updating true while something runs that will replace it
 */
export function standingBadge(
  { standing, painting }: Pick<Decoded, 'standing' | 'painting'>,
  updating: boolean,
): Badge | null {
  const old = { preview: false, again: false, without: true, old: true } as const;
  switch (standing) {
    case 'exact':
      return null;
    case 'none':
      return painting ? null : { text: updating ? 'Not decoded yet.' : 'Not decoded.', old: true };
    case 'preview':
      return {
        text: updating ? 'Preview. Exact picture coming.' : 'Preview, not decoded.',
        old: old[standing],
      };
    case 'again':
      return { text: updating ? 'The same picture, being computed anew.' : 'Recorded.', old: old[standing] };
    case 'without':
      return { text: `Without your edit.${updating ? ' Updating.' : ''}`, old: old[standing] };
    case 'old':
      return { text: `Previous picture.${updating ? ' Updating.' : ''}`, old: old[standing] };
  }
}

/**
 * A few words for what is drawn, after "Base" or "Edited". They never call a picture decoded, or of a change, that it is not of.
 * @param count the edits of now that are switched on
 */
export function describedWords(
  { show, standing, controlCell }: Pick<Decoded, 'show' | 'standing' | 'controlCell'>,
  count: number,
): string {
  const { what, whose } = showParts(show);
  if (what === 'base') return 'decoded from the latent as it is';
  if (count === 0) return 'nothing is changed yet, so this is the base';
  switch (standing) {
    case 'none':
      return 'not decoded yet';
    case 'old':
      return 'still the previous picture';
    case 'without':
      return 'still without your edit';
    case 'preview':
      return 'a preview between two decoded pictures';
  }
  if (whose === 'edit') return `decoded with ${plural(count, 'edit')}`;
  return `the same change at the control cell${controlCell ? `, row ${controlCell.row}, col ${controlCell.col}` : ''}`;
}
