/** Every kind of edit, in the order in which the page offers them. */
import type { Cell } from '../types';
import { add } from './add';
import type { EditDefinition, Fields, FieldValues } from './define';
import { heal } from './heal';
import { noise } from './noise';
import { paste } from './paste';
import { scale } from './scale';
import { set } from './set';
import { swap } from './swap';
import { zero } from './zero';

export const EDIT_DEFINITIONS = [heal, zero, scale, noise, swap, paste, set, add] as const;

type Definition = (typeof EDIT_DEFINITIONS)[number];

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

export const EDIT_KINDS: readonly EditKind[] = EDIT_DEFINITIONS.map(({ kind }) => kind);

/** A definition whatever its fields. */
export type AnyEditDefinition = EditDefinition<EditKind, Fields>;

const definitions = new Map<string, AnyEditDefinition>(
  EDIT_DEFINITIONS.map((definition: AnyEditDefinition) => [definition.kind, definition]),
);

/** The definition of a kind. */
export function editDefinition(kind: EditKind): AnyEditDefinition {
  const found = definitions.get(kind);
  if (!found) throw new RangeError(`No edit is of the kind "${kind}".`);
  return found;
}

export function isEditKind(kind: unknown): kind is EditKind {
  return typeof kind === 'string' && definitions.has(kind);
}

/** What an edit does, in a few words: "Scale × 2". */
export function editText(edit: Edit): string {
  return editDefinition(edit.kind).text(edit);
}
