import { plainCell } from './fields';
import type { Edit } from './kinds';
import { fieldsOf } from './mapFields';

/** The edit with the fields that its kind has, and no others, as JSON has them. */
export function plainEdit(edit: Edit): Edit {
  const { kind, enabled, cell } = edit;
  const own = fieldsOf(edit).map(({ name, field, value }) => [name, field.plain(value)]);
  const common = { kind, cell: plainCell(cell), ...(enabled !== undefined && { enabled }) };
  return { ...common, ...Object.fromEntries(own) };
}
