/** The parts that define a kind of edit. */
import type { Cell, Latent } from '@/latent/types';
import type { Field } from './fields';

export type Fields = Record<string, Field<unknown>>;

export type FieldValues<F extends Fields> = { [Name in keyof F]: F[Name] extends Field<infer T> ? T : never };

/** The cell that an edit is made of, in the latent as the edits before it left it. */
export interface EditedCell {
  /** Its values, one a channel, raw units: to be changed in place. */
  values: Float32Array;
  cell: Cell;
  /** The values of another cell, likewise. */
  valuesOf(cell: Cell): Float32Array;
  /** The latent before all edits. */
  unedited: Latent;
  /** Tells whether any enabled edit of the whole list touches a cell, given by its number in row-major order. */
  isEdited(index: number): boolean;
  /** Standard deviation of each channel over the cells of the unedited latent. */
  sigma(): ArrayLike<number>;
}

/**
 * One kind of edit. Its fields say what else an edit has than its cell; validation, links, files, the list of edits and the
 * buttons of the page all follow from them. To add one: a file like its neighbours', and a line in `all.ts`.
 */
export interface EditDefinition<Kind extends string, F extends Fields> {
  kind: Kind;
  fields: F;
  /** Changes the cell. The edit has been checked. */
  apply(edit: FieldValues<F>, cell: EditedCell): void;
  /** The fault of fields that fit one by one, as a text without a subject; null where there is none. */
  problem?(edit: FieldValues<F> & { cell: Cell }): string | null;
  /** A few words for what it does: "Scale × 2". */
  text(edit: FieldValues<F>): string;
  /** Its button on the page; without one it is made otherwise. */
  button?: { label: string; title: string; prominent?: boolean };
  /** True where a second time at the same cell changes nothing. */
  idempotent: boolean;
}

/** Only so that the types of the fields are known in the methods. */
export function defineEdit<const Kind extends string, F extends Fields>(
  definition: EditDefinition<Kind, F>,
): EditDefinition<Kind, F> {
  return definition;
}
