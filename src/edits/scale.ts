import { numberText } from '@/common/numberText';
import { defineEdit } from './define';
import { number } from './fields';

/** factor * v. */
export const scale = defineEdit({
  kind: 'scale',
  fields: { factor: number({ label: 'Scale factor', unit: 'times', initial: 2, step: 0.5 }) },
  apply(edit, cell) {
    for (let c = 0; c < cell.values.length; c++) cell.values[c] *= edit.factor;
  },
  text: ({ factor }) => `Scale \u00d7 ${numberText(factor)}`,
  button: { label: 'Scale', title: 'Multiplies every channel' },
  idempotent: false,
});
