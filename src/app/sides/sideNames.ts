import type { Side } from '@/session/types';

export { SIDES } from '@/session/side/side';
export type { Side };

/** The letters that the sides are called by on the page. */
export const LETTERS: Record<Side, string> = { a: 'A', b: 'B' };
