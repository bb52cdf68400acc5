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
