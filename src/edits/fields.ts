/** The fields of edits, one object a type: what a value must be, how a link and a file write it, and how a page asks for it. */
import { shown } from '@/common/shown';
import { type Grid, inGrid } from '@/latent/geometry';
import { moveCell } from '@/latent/moveCell';
import type { Cell, LatentShape } from '@/latent/types';

/** Raw values beyond this are refused: they would overflow in the decoder and say nothing about it. */
export const LARGEST_VALUE = 1e6;

/** The way in which a page comes to a field's value. */
export type Asked =
  /** Typed; `initial` stands in the box. `step` and `least` as of an HTML number input. */
  | { by: 'number'; label: string; unit: string; initial: number; step: number; least?: number }
  /** Drawn anew for each edit. */
  | { by: 'chance' }
  /** The values of the cell that was copied last. */
  | { by: 'copy' }
  /** The cell that is chosen next. `hint`: what to do, as long as the page waits for it. */
  | { by: 'cell'; hint: string };

/** Two latents of one picture, at the places of one edit's cell: unedited values and the quotient of sigmas, one a channel. */
export interface OtherUnits {
  from: readonly number[];
  to: readonly number[];
  /** Sigma of the other latent in sigma of this one. */
  ratio: ArrayLike<number>;
}

export interface Field<T> {
  type: 'number' | 'seed' | 'values' | 'cell';
  asked: Asked;
  /** The fault of a value, as a text without a subject ("has no factor."); null where it fits. */
  problem(value: unknown, name: string, shape: LatentShape): string | null;
  /** The same value as JSON has it: arrays and objects of its own, with nothing else in them. */
  plain(value: T): T;
  /** Number of texts between commas that it takes in a link; null for as many as there are. */
  texts: number | null;
  write(value: T): string[];
  /** The inverse of `write`; null for anything else. */
  read(texts: readonly string[]): T | null;
  /** The cells that a value names, beside the edit's own. */
  cells(value: T): Cell[];
  /** The same place on another grid. */
  move(value: T, from: Grid, to: Grid): T;
  /** True where it has one number a channel, and so fits no other number of channels. */
  perChannel: boolean;
  /** The same change in another latent's sigma. */
  convert(value: T, units: OtherUnits): T;
}

/** The common part of most fields: a value that means the same in every latent and at every place. */
const universal = {
  perChannel: false,
  cells: () => [],
  move: <T>(value: T) => value,
  convert: <T>(value: T) => value,
};

/**
 * One finite number.
 * @param least smaller ones are refused
 */
export function number(asked: Omit<Asked & { by: 'number' }, 'by'>): Field<number> {
  const { least = Number.NEGATIVE_INFINITY } = asked;
  return {
    ...universal,
    type: 'number',
    asked: { by: 'number', ...asked },
    problem(value, name) {
      if (typeof value !== 'number' || !(value < least)) return numberProblem(value, name);
      return least === 0 ? `has the negative ${name} ${value}.` : `has the ${name} ${value}, below ${least}.`;
    },
    plain: (value) => value,
    texts: 1,
    write: (value) => [writeNumber(value)],
    read([text]) {
      const value = readNumber(text);
      return value === null || value < least ? null : value;
    },
  };
}

const LARGEST_SEED = 0xffffffff;

/** A whole number of 32 bits, from which random numbers are drawn. */
export function seed(): Field<number> {
  const isSeed = (value: unknown) =>
    Number.isInteger(value) && Number(value) >= 0 && Number(value) <= LARGEST_SEED;
  return {
    ...universal,
    type: 'seed',
    asked: { by: 'chance' },
    problem(value, name) {
      if (isSeed(value)) return null;
      const found = value === undefined ? `no ${name}` : `the ${name} ${shown(value)}`;
      return `has ${found}; it must be a whole number from 0 to ${LARGEST_SEED}.`;
    },
    plain: (value) => value,
    texts: 1,
    write: (value) => [String(value)],
    read([text]) {
      const value = readNumber(text);
      return isSeed(value) ? value : null;
    },
  };
}

/**
 * One number a channel, raw latent units.
 * @param are `levels`: what the cell's values become; `shifts`: what is added to them
 */
export function values(are: 'levels' | 'shifts'): Field<number[]> {
  return {
    ...universal,
    type: 'values',
    asked: { by: 'copy' },
    problem(given, name, shape) {
      // Typed arrays are welcome from other people's code; anything without a length is not.
      const list = given as ArrayLike<unknown> | null | undefined;
      if (typeof list !== 'object' || list === null || !isCount(list.length))
        return `has no list of ${name}.`;
      if (list.length !== shape.channels) {
        return `has ${count(list.length, 'value')}; this latent has ${count(shape.channels, 'channel')}.`;
      }
      for (let channel = 0; channel < list.length; channel++) {
        const wrong = numberProblem(list[channel], `value for channel ${channel}`);
        if (wrong) return wrong;
      }
      return null;
    },
    plain: (list) => Array.from(list),
    texts: null,
    write: (list) => Array.from(list, writeNumber),
    read(texts) {
      const list = texts.map(readNumber);
      return list.length > 0 && list.every((value) => value !== null) ? list : null;
    },
    perChannel: true,
    convert: (list, { from, to, ratio }) =>
      are === 'shifts'
        ? Array.from(list, (value, c) => value * ratio[c])
        : Array.from(list, (value, c) => to[c] + (value - from[c]) * ratio[c]),
  };
}

/** Another cell of the same latent. */
export function cell(hint: string): Field<Cell> {
  return {
    ...universal,
    type: 'cell',
    asked: { by: 'cell', hint },
    problem: (value, _, shape) => cellProblem(value, shape, 'second cell'),
    plain: plainCell,
    texts: 2,
    write: (value) => [String(value.row), String(value.col)],
    read: (texts) => readCell(texts.join(',')),
    cells: (value) => [value],
    move: moveCell,
  };
}

/** The fault of a cell as one of a latent of this grid, as a text without a subject; null where it is in it. */
export function cellProblem(value: unknown, grid: Grid, name = 'cell'): string | null {
  if (typeof value !== 'object' || value === null) return `names no ${name}.`;
  const { row, col } = value as Cell;
  if (inGrid({ row, col }, grid)) return null;
  return `names the ${name} (${shown(row)}, ${shown(col)}); rows run from 0 to ${grid.rows - 1}, columns from 0 to ${grid.cols - 1}.`;
}

export function plainCell({ row, col }: Cell): Cell {
  return { row, col };
}

export function writeCell({ row, col }: Cell): string {
  return `${row},${col}`;
}

/** The inverse of `writeCell`; null for anything else. */
export function readCell(text: string): Cell | null {
  const match = /^(\d{1,5}),(\d{1,5})$/.exec(text);
  return match ? { row: Number(match[1]), col: Number(match[2]) } : null;
}

function numberProblem(value: unknown, name: string): string | null {
  if (value === undefined) return `has no ${name}.`;
  if (typeof value !== 'number' || !Number.isFinite(value))
    return `has the ${name} ${shown(value)}, which is not a finite number.`;
  if (Math.abs(value) > LARGEST_VALUE) return `has the ${name} ${value}, which is beyond ${LARGEST_VALUE}.`;
  return null;
}

/** The shortest decimal that reads back as the same double; no `+`, which means a space in an address. */
function writeNumber(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value).replace('e+', 'e');
}

function readNumber(text: string): number | null {
  if (!/^-?(\d+\.?\d*|\.\d+)(e-?\d+)?$/i.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}
