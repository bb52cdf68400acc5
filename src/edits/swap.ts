import { cellText } from '@/latent/cellText';
import { sameCell } from '@/latent/geometry';
import { defineEdit } from './define';
import { cell as otherCell } from './fields';

/** Exchanges the current values of two cells. */
export const swap = defineEdit({
  kind: 'swap',
  fields: { with: otherCell('Click the cell to swap with, or press Escape') },
  apply(edit, cell) {
    const other = cell.valuesOf(edit.with);
    const held = cell.values.slice();
    cell.values.set(other);
    other.set(held);
  },
  problem: (edit) => (sameCell(edit.cell, edit.with) ? 'names the same cell twice.' : null),
  text: (edit) => `Swap with ${cellText(edit.with)}`,
  button: { label: 'Swap', title: 'Exchanges this cell with the one you click next' },
  idempotent: false,
});
