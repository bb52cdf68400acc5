import { defineEdit } from './define';
import { values } from './fields';

/** v + values, raw units. What the control of an edit does at its own cell. */
export const add = defineEdit({
  kind: 'add',
  fields: { values: values('shifts') },
  apply(edit, cell) {
    for (let c = 0; c < cell.values.length; c++) cell.values[c] += edit.values[c];
  },
  text: () => 'Shift channels',
  idempotent: false,
});
