import type { Side } from '../../session/types';

export { SIDES } from '../../session/side/side';
export type { Side };

/** What a side is called on the page. */
export const LETTERS: Record<Side, string> = { a: 'A', b: 'B' };
