import { sameCell } from '@/latent/geometry';
import type { Cell } from '@/latent/types';
import type { Edit } from './kinds';
import { mapFields } from './mapFields';

/**
 * The same edit, switched on, made at another cell. Where it names that cell already it is turned round, as the swap of a cell
 * with itself would be none.
 */
export function atCell(edit: Edit, cell: Cell): Edit {
  const { enabled: _, ...moved } = mapFields(edit, (field, value) =>
    field.cells(value).some((named) => sameCell(named, cell)) ? edit.cell : value,
  );
  return { ...moved, cell } as Edit;
}
