/** Lists with at least one thing in them, so that the first is known to be there. */
export type NonEmpty<T> = readonly [T, ...T[]];

/** Tells whether a list has anything in it. */
export function isNonEmpty<T>(list: readonly T[]): list is NonEmpty<T> {
  return list.length > 0;
}
