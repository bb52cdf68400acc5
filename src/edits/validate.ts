/** Checks whether edits fit a latent. They come from links, files and other people's code, so nothing is taken on trust. */
import { InspectorError } from '@/common/errors';
import { shown } from '@/common/shown';
import type { LatentShape } from '@/latent/types';
import { cellProblem } from './fields';
import { EDIT_KINDS, type Edit, editDefinition, isEditKind } from './kinds';
import { fieldsOf } from './mapFields';

/** Several for each cell of the largest latent. */
const MAX_EDITS = 100_000;

/**
 * Says what is wrong with one edit for a latent of this shape; null when it fits.
 * The text has no subject, so that callers can put "Edit 3" before it.
 */
export function editProblem(edit: Edit, shape: LatentShape): string | null {
  if (typeof edit !== 'object' || edit === null) return 'is not an object.';
  if (!isEditKind(edit.kind)) {
    const { kind } = edit as { kind?: unknown };
    const found = kind === undefined ? 'no kind' : `the kind ${shown(kind)}`;
    return `has ${found}; known are ${EDIT_KINDS.join(', ')}.`;
  }
  if (edit.enabled !== undefined && typeof edit.enabled !== 'boolean')
    return 'has an "enabled" that is neither true nor false.';
  const misplaced = cellProblem(edit.cell, shape);
  if (misplaced) return misplaced;
  for (const { name, field, value } of fieldsOf(edit)) {
    const wrong = field.problem(value, name, shape);
    if (wrong) return `("${edit.kind}") ${wrong}`;
  }
  const wrong = editDefinition(edit.kind).problem?.(edit);
  return wrong ? `("${edit.kind}") ${wrong}` : null;
}

/**
 * Checks that this is a list, and of a length that edits can have.
 * @throws InspectorError `bad-edit`
 */
export function checkEditList(edits: readonly Edit[]): void {
  if (!Array.isArray(edits)) {
    throw new InspectorError('bad-edit', 'The edits are not a list.', 'Give an array of edits.');
  }
  if (edits.length > MAX_EDITS) {
    throw new InspectorError(
      'bad-edit',
      `There are ${edits.length} edits; at most ${MAX_EDITS} are taken.`,
      'Give fewer edits.',
    );
  }
}

/**
 * Checks that all edits, switched on or not, fit a latent of this shape.
 * @throws InspectorError `bad-edit`, naming the edit (counted from 1) and what is wrong with it
 */
export function validateEdits(edits: readonly Edit[], shape: LatentShape): void {
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

/** The edits that fit a latent; a link may bring others. Gives back `edits` itself where all do. */
export function fittingEdits(edits: readonly Edit[], shape: LatentShape): readonly Edit[] {
  const fitting = edits.filter((edit) => editProblem(edit, shape) === null);
  return fitting.length === edits.length ? edits : fitting;
}
