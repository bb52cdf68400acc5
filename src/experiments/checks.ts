/** Checks of options of experiments, as they come from other people's scripts: of any type. */

export interface OptionCheck {
  holds(value: unknown): boolean;
  /** Ends "It has to be ...". */
  wanted: string;
}

/** Length of the longest list that an experiment goes through; more would run for days. */
const MAX_ITEMS = 1000;
const LONGEST_NAME = 200;

export const isCount = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0;
export const isNumber = (value: unknown) => typeof value === 'number' && Number.isFinite(value);
const isWhole = (value: unknown) => Number.isSafeInteger(value);
const isWord = (value: unknown) => typeof value === 'string' && value.length < LONGEST_NAME;
const isCell = (value: unknown) => hasAll(value, ['row', 'col'], isCount);

export function hasAll(
  value: unknown,
  names: readonly string[],
  check: (value: unknown) => boolean,
): boolean {
  return (
    typeof value === 'object' && value !== null && names.every((name) => check(Reflect.get(value, name)))
  );
}

/** Checks each item by its number: `every` passes over the holes that a list may have. */
export function listOf(check: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) =>
    Array.isArray(value) && value.length <= MAX_ITEMS && Array.from<unknown>(value).every(check);
}

export const NUMBER: OptionCheck = { holds: isNumber, wanted: 'a number' };
export const NUMBERS: OptionCheck = { holds: listOf(isNumber), wanted: 'a list of numbers' };
export const COUNT: OptionCheck = { holds: isCount, wanted: 'a whole number from 0 on' };
export const COUNTS: OptionCheck = { holds: listOf(isCount), wanted: 'a list of whole numbers from 0 on' };
/** Count of things that are made one after the other. */
export const FEW: OptionCheck = {
  holds: (value) => isCount(value) && Number(value) <= MAX_ITEMS,
  wanted: `a whole number up to ${MAX_ITEMS}`,
};
export const WORD: OptionCheck = { holds: isWord, wanted: 'a name' };
export const WORDS: OptionCheck = { holds: listOf(isWord), wanted: 'a list of names' };
export const FLAG: OptionCheck = { holds: (value) => typeof value === 'boolean', wanted: 'true or false' };
export const CELL: OptionCheck = { holds: isCell, wanted: 'a cell, as { row: 1, col: 2 }' };
export const CELLS: OptionCheck = {
  holds: listOf(isCell),
  wanted: 'a list of cells, as [{ row: 1, col: 2 }]',
};
export const SIZES: OptionCheck = { holds: listOf(isCount), wanted: 'a list of sides in pixels' };
export const MODELS: OptionCheck = { holds: listOf(isWord), wanted: 'a list of ids of models' };
export const PICTURES: OptionCheck = {
  holds: listOf((value) => typeof value === 'string' || (typeof value === 'object' && value !== null)),
  wanted: 'a list of pictures',
};
export const SHIFTS: OptionCheck = {
  holds: listOf((value) => hasAll(value, ['dy', 'dx'], isWhole)),
  wanted: 'a list of shifts in pixels, as [{ dy: 0, dx: 64 }]',
};
export const RECTANGLES: OptionCheck = {
  holds: listOf((value) => hasAll(value, ['row', 'col', 'rows', 'cols'], isCount)),
  wanted: 'a list of rectangles in cells, as [{ row: 0, col: 0, rows: 8, cols: 8 }]',
};
export const PAIRS: OptionCheck = {
  holds: listOf((value) => Array.isArray(value) && value.length === 2 && value.every(isCount)),
  wanted: 'a list of pairs of channels, as [[0, 1]]',
};
