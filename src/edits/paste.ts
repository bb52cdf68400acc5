import { defineEdit } from './define';
import { values } from './fields';

/** v = values, raw units, which were another cell's, perhaps of another picture. */
export const paste = defineEdit({
  kind: 'paste',
  fields: { values: values('levels') },
  apply: (edit, cell) => cell.values.set(edit.values),
  text: () => 'Paste',
  button: { label: 'Paste', title: 'Puts in the values of the cell that was copied' },
  idempotent: true,
});
