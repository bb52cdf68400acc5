import type { Field } from './fields';
import { type Edit, editDefinition } from './kinds';

/** The edit with other values in the fields of its kind; everything else in it stays. */
export function mapFields(edit: Edit, map: (field: Field<unknown>, value: unknown) => unknown): Edit {
  const mapped = fieldsOf(edit).map(({ name, field, value }) => [name, map(field, value)]);
  return { ...edit, ...Object.fromEntries(mapped) };
}

/** The fields of the edit's kind, in order, with their values. */
export function fieldsOf(edit: Edit): { name: string; field: Field<unknown>; value: unknown }[] {
  const values: Record<string, unknown> = { ...edit };
  return Object.entries(editDefinition(edit.kind).fields).map(([name, field]) => ({
    name,
    field,
    value: values[name],
  }));
}
