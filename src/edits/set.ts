import { defineEdit } from './define';
import { values } from './fields';

/** v = values, raw units. What the channels' spin buttons make. */
export const set = defineEdit({
  kind: 'set',
  fields: { values: values('levels') },
  apply: (edit, cell) => cell.values.set(edit.values),
  text: () => 'Set channels',
  idempotent: true,
});
