/**
 * An edit as text, as in a link: `kind@row,col`, then after a colon what its fields write, with commas. `!` in front: switched off.
 *
 *     heal@12,30    !add@3,4:0.5,-1,0,2    swap@1,2:5,6
 */
import { readCell, writeCell } from './fields';
import { type Edit, editDefinition, isEditKind } from './kinds';
import { fieldsOf } from './mapFields';

export function writeEdit(edit: Edit): string {
  const head = `${edit.enabled === false ? '!' : ''}${edit.kind}@${writeCell(edit.cell)}`;
  const texts = fieldsOf(edit).flatMap(({ field, value }) => field.write(value));
  return texts.length === 0 ? head : `${head}:${texts.join(',')}`;
}

/** The inverse of `writeEdit`; null for anything else. Whether the edit fits a latent is not looked at. */
export function readEdit(text: string): Edit | null {
  const match = EDIT.exec(text);
  if (!match) return null;
  const [, off, kind, place, rest] = match;
  const cell = readCell(place);
  if (!isEditKind(kind) || !cell) return null;
  const texts = rest === undefined ? [] : rest.split(',');
  const edit: Record<string, unknown> = { kind, cell };
  if (off) edit.enabled = false;
  for (const [name, field] of Object.entries(editDefinition(kind).fields)) {
    const own = texts.splice(0, field.texts ?? texts.length);
    const value = own.length < (field.texts ?? 0) ? null : field.read(own);
    if (value === null) return null;
    edit[name] = value;
  }
  return texts.length === 0 ? (edit as unknown as Edit) : null;
}

const EDIT = /^(!?)([a-z]+)@([^:]+)(?::(.*))?$/;

/** The kind that a text names as an edit would, where no edit is of that kind; null for any other text. */
export function unknownKind(text: string): string | null {
  const kind = EDIT.exec(text)?.[2];
  return kind === undefined || isEditKind(kind) ? null : kind;
}
