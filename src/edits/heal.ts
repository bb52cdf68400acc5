import { cellIndex, chebyshev } from '@/latent/geometry';
import { defineEdit, type EditedCell } from './define';

/**
 * v = the mean, in the unedited latent, of those of the 8 neighbours that exist and are not edited, that is, that no enabled
 * edit of the whole list touches. Where all of them are edited (the middle of a healed block) the next ring outwards that has
 * an unedited cell stands in; where the whole latent is edited the cell gets its unedited values.
 */
export const heal = defineEdit({
  kind: 'heal',
  fields: {},
  apply: (_, cell) => cell.values.set(healed(cell)),
  text: () => 'Heal',
  button: { label: 'Heal', title: 'Replaces the cell by the mean of its neighbours', prominent: true },
  idempotent: true,
});

/** One number a channel. */
function healed({ unedited, cell, isEdited }: EditedCell): ArrayLike<number> {
  const { rows, cols, channels, data } = unedited;
  const farthest = Math.max(rows, cols);
  for (let ring = 1; ring < farthest; ring++) {
    const sum = new Float64Array(channels);
    let found = 0;
    for (let row = Math.max(0, cell.row - ring); row <= Math.min(rows - 1, cell.row + ring); row++) {
      for (let col = Math.max(0, cell.col - ring); col <= Math.min(cols - 1, cell.col + ring); col++) {
        const index = row * cols + col;
        if (chebyshev({ row, col }, cell) !== ring || isEdited(index)) continue;
        for (let c = 0; c < channels; c++) sum[c] += data[index * channels + c];
        found += 1;
      }
    }
    if (found > 0) return sum.map((value) => value / found);
  }
  const at = cellIndex(cell, unedited) * channels;
  return data.subarray(at, at + channels);
}
