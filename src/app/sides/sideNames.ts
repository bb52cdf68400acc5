import type { SideName } from '../../session/types';

/** The two models of a comparison: `a` is the one that stands alone where nothing is compared. */
export type Side = 'a' | 'b';

export const SIDES = ['a', 'b'] as const satisfies readonly Side[];

/** What a side is called in the state. */
export const SIDE_NAMES: Record<Side, SideName> = { a: 'model', b: 'compare' };

/** What a side is called on the page. */
export const LETTERS: Record<Side, string> = { a: 'A', b: 'B' };
