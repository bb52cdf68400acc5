/** Whether edits fit a latent. They come from links, files and other people's code, so nothing is taken on trust. */
import { InspectorError } from '../errors';
import { shown } from '../shown';
import { type Grid, inGrid, sameCell } from './geometry';
import type { Cell, Edit, EditKind } from './types';

export const EDIT_KINDS: readonly EditKind[] = [
  'set',
  'add',
  'scale',
  'zero',
  'heal',
  'noise',
  'swap',
  'paste',
];

/** Raw values beyond this are refused: they would overflow in the decoder and say nothing about it. */
export const LARGEST_VALUE = 1e6;

/** Several for each cell of the largest latent. */
const MOST_EDITS = 100_000;

/**
 * Says what is wrong with one edit for a latent of this shape; null when it fits.
 * The text has no subject, so that callers can put "Edit 3" before it.
 */
export function editProblem(edit: Edit, shape: Grid & { channels: number }): string | null {
  if (typeof edit !== 'object' || edit === null) return 'is not an object.';
  if (!EDIT_KINDS.includes(edit.kind)) {
    const { kind } = edit as { kind?: unknown };
    const found = kind === undefined ? 'no kind' : `the kind ${shown(kind)}`;
    return `has ${found}; known are ${EDIT_KINDS.join(', ')}.`;
  }
  if (edit.enabled !== undefined && typeof edit.enabled !== 'boolean')
    return 'has an "enabled" that is neither true nor false.';
  const misplaced = cellProblem(edit.cell, shape);
  if (misplaced) return misplaced;
  switch (edit.kind) {
    case 'set':
    case 'add':
    case 'paste': {
      // Typed arrays are welcome from other people's code; anything without a length is not.
      const values: ArrayLike<number> | undefined = edit.values;
      if (typeof values !== 'object' || values === null || !isCount(values.length)) {
        return `("${edit.kind}") has no list of values.`;
      }
      if (values.length !== shape.channels) {
        return `("${edit.kind}") has ${count(values.length, 'value')}; this latent has ${count(shape.channels, 'channel')}.`;
      }
      for (let channel = 0; channel < values.length; channel++) {
        const wrong = numberProblem(values[channel], edit, `value for channel ${channel}`);
        if (wrong) return wrong;
      }
      return null;
    }
    case 'scale':
      return numberProblem(edit.factor, edit, 'factor');
    case 'noise':
      if (typeof edit.sigma === 'number' && edit.sigma < 0)
        return `("noise") has the negative sigma ${edit.sigma}.`;
      if (!Number.isInteger(edit.seed) || edit.seed < 0 || edit.seed > 0xffffffff) {
        return `("noise") has ${edit.seed === undefined ? 'no seed' : `the seed ${shown(edit.seed)}`}; it must be a whole number from 0 to 4294967295.`;
      }
      return numberProblem(edit.sigma, edit, 'sigma');
    case 'swap': {
      const wrong = cellProblem(edit.with, shape);
      if (wrong) return `("swap"), at its second cell, ${wrong}`;
      return sameCell(edit.cell, edit.with) ? '("swap") names the same cell twice.' : null;
    }
    default:
      return null;
  }
}

/**
 * Checks that this is a list, and of a length that edits can have.
 * @throws InspectorError `bad-edit`
 */
export function checkEditList(edits: readonly Edit[]): void {
  if (!Array.isArray(edits)) {
    throw new InspectorError('bad-edit', 'The edits are not a list.', 'Give an array of edits.');
  }
  if (edits.length > MOST_EDITS) {
    throw new InspectorError(
      'bad-edit',
      `There are ${edits.length} edits; at most ${MOST_EDITS} are taken.`,
      'Give fewer edits.',
    );
  }
}

/**
 * Checks that all edits, switched on or not, fit a latent of this shape.
 * @throws InspectorError `bad-edit`, naming the edit (counted from 1) and what is wrong with it
 */
export function validateEdits(edits: readonly Edit[], shape: Grid & { channels: number }): void {
  checkEditList(edits);
  // By number, so that a list with holes in it is found out.
  for (let index = 0; index < edits.length; index++) {
    const problem = editProblem(edits[index], shape);
    if (!problem) continue;
    throw new InspectorError(
      'bad-edit',
      `Edit ${index + 1} ${problem}`,
      'Change or remove that edit. The others are kept.',
    );
  }
}

function cellProblem(cell: Cell, grid: Grid): string | null {
  if (typeof cell !== 'object' || cell === null) return 'names no cell.';
  if (inGrid(cell, grid)) return null;
  return `names the cell (${shown(cell.row)}, ${shown(cell.col)}); rows run from 0 to ${grid.rows - 1}, columns from 0 to ${grid.cols - 1}.`;
}

function numberProblem(value: unknown, { kind }: Edit, name: string): string | null {
  if (value === undefined) return `("${kind}") has no ${name}.`;
  if (typeof value !== 'number' || !Number.isFinite(value))
    return `("${kind}") has the ${name} ${shown(value)}, which is not a finite number.`;
  if (Math.abs(value) > LARGEST_VALUE)
    return `("${kind}") has the ${name} ${value}, which is beyond ${LARGEST_VALUE}.`;
  return null;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}

/** The edits that fit a latent; a link may bring others. Gives back `edits` itself where all do. */
export function fittingEdits(edits: readonly Edit[], shape: Grid & { channels: number }): readonly Edit[] {
  const fitting = edits.filter((edit) => editProblem(edit, shape) === null);
  return fitting.length === edits.length ? edits : fitting;
}
