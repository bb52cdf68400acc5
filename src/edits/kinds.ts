import type { Cell } from '@/latent/types';
import * as definitions from './all';
import type { EditDefinition, Fields, FieldValues } from './define';

type Definition = (typeof definitions)[keyof typeof definitions];

type EditOf<D> =
  D extends EditDefinition<infer Kind, infer F>
    ? { cell: Cell; enabled?: boolean; kind: Kind } & FieldValues<F>
    : never;

/**
 * One change to one cell. Values are raw latent units (not scaled by the model's scaling factor);
 * `values` has one number a channel. A disabled edit is kept but not applied.
 */
export type Edit = EditOf<Definition>;

export type EditKind = Edit['kind'];

/** A definition whatever its fields. */
export type AnyEditDefinition = EditDefinition<EditKind, Fields>;

/** Every kind, in the order of their names, as the exports of a module are. */
export const EDIT_DEFINITIONS: readonly AnyEditDefinition[] = Object.values(definitions);

export const EDIT_KINDS: readonly EditKind[] = EDIT_DEFINITIONS.map(({ kind }) => kind);

const byKind = new Map<string, AnyEditDefinition>(
  EDIT_DEFINITIONS.map((definition) => [definition.kind, definition]),
);

/** The definition of a kind. */
export function editDefinition(kind: EditKind): AnyEditDefinition {
  const found = byKind.get(kind);
  if (!found) throw new RangeError(`No edit is of the kind "${kind}".`);
  return found;
}

export function isEditKind(kind: unknown): kind is EditKind {
  return typeof kind === 'string' && byKind.has(kind);
}

/** A few words for what an edit does: "Scale × 2". */
export function editText(edit: Edit): string {
  return editDefinition(edit.kind).text(edit);
}
