import { defineEdit } from './define';

/** v = 0 in every channel. */
export const zero = defineEdit({
  kind: 'zero',
  fields: {},
  apply(_, cell) {
    cell.values.fill(0);
  },
  text: () => 'Zero',
  button: { label: 'Zero', title: 'Sets every channel to 0' },
  idempotent: true,
});
