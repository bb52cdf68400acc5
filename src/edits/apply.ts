/** Edits on a latent. The latent that is decoded is always `applyEdits(mean, edits)`. */
import { cellIndex } from '@/latent/geometry';
import { channelSigma } from '@/latent/statistics';
import type { Cell, Latent } from '@/latent/types';
import type { EditedCell } from './define';
import { type Edit, editDefinition } from './kinds';
import { fieldsOf } from './mapFields';
import { validateEdits } from './validate';

export interface ApplyOptions {
  /** Per-channel sigma of the picture, if it is known already; otherwise it is taken from `mean` when needed. */
  sigma?: ArrayLike<number>;
}

export function isEnabled(edit: Edit): boolean {
  return edit.enabled !== false;
}

/** The cells that one edit touches: its own, and those that its fields name. */
export function touchedCells(edit: Edit): Cell[] {
  return [edit.cell, ...fieldsOf(edit).flatMap(({ field, value }) => field.cells(value))];
}

/** The cells that the enabled edits touch, each once, in the order in which they first appear. */
export function editedCells(edits: readonly Edit[]): Cell[] {
  const seen = new Map<string, Cell>();
  for (const { row, col } of edits.filter(isEnabled).flatMap(touchedCells)) {
    const key = `${row},${col}`;
    if (!seen.has(key)) seen.set(key, { row, col });
  }
  return [...seen.values()];
}

/**
 * Applies the enabled edits, in order, to a copy of `mean`: each changes its cell as the edits before it left it. What a kind
 * does stands in the file of its name.
 * @throws InspectorError `bad-edit` when an edit does not fit the latent
 */
export function applyEdits(mean: Latent, edits: readonly Edit[], options: ApplyOptions = {}): Latent {
  validateEdits(edits, mean);
  const { channels } = mean;
  const edited: Latent = { rows: mean.rows, cols: mean.cols, channels, data: mean.data.slice() };
  const touched = new Set(editedCells(edits).map((cell) => cellIndex(cell, mean)));
  const isEdited = (index: number) => touched.has(index);
  let known = options.sigma;
  const sigma = () => {
    known ??= channelSigma(mean);
    return known;
  };
  const valuesOf = (cell: Cell) => {
    const at = cellIndex(cell, mean) * channels;
    return edited.data.subarray(at, at + channels);
  };
  for (const edit of edits) {
    if (!isEnabled(edit)) continue;
    const { cell } = edit;
    const own: EditedCell = { values: valuesOf(cell), cell, valuesOf, unedited: mean, isEdited, sigma };
    editDefinition(edit.kind).apply(edit, own);
  }
  return edited;
}

/** The values of one cell, one a channel. */
export function cellValues(latent: Latent, cell: Cell): number[] {
  const at = cellIndex(cell, latent) * latent.channels;
  return Array.from(latent.data.subarray(at, at + latent.channels));
}

/** The shift of one cell by the edits. */
export interface CellShift {
  cell: Cell;
  /** Edited minus unedited, one number a channel, raw units. */
  delta: number[];
}

/** The shift that the enabled edits, all together, give each edited cell; in the order of `editedCells`. */
export function cellShifts(mean: Latent, edits: readonly Edit[], options?: ApplyOptions): CellShift[] {
  const edited = applyEdits(mean, edits, options);
  return editedCells(edits).map((cell) => {
    const before = cellValues(mean, cell);
    return { cell, delta: cellValues(edited, cell).map((value, c) => value - before[c]) };
  });
}
