import { useMemo } from 'react';
import { type Edit, editedCells } from '@/edits';
import { sameCell } from '@/latent/geometry';
import type { Cell } from '@/latent/types';
import { spotListsOf } from '../cell/spotLists';
import { useInfluence } from '../cell/useInfluence';
import { useInspector } from '../context';
import { useSide } from '../sides/side';
import type { Mark } from './CellMarks';

/** More borders than this hide the picture instead of dividing it. */
const MAX_BORDERS = 4;

/** The cells to mark besides the selected one: spots, edited cells, the control cell of the last effect. */
export function useMarks(wanted: {
  spots?: boolean;
  edited?: boolean;
  control?: boolean;
  /** The border between near and far around these. */
  near?: 'edited' | 'control' | null;
  /** The edits and the control cell of what is drawn; those of now where it is always of now. */
  made?: { edits: readonly Edit[]; controlCell: Cell | null };
}): readonly Mark[] {
  const posterior = useSide((side) => side.posterior);
  const current = useSide((side) => side.edits);
  const currentControl = useSide((side) =>
    side.control?.edits === side.edits ? side.control.value.cell : null,
  );
  const edits = wanted.made?.edits ?? current;
  const control = wanted.made ? wanted.made.controlCell : currentControl;
  const radius = useInspector((state) => state.view.radius);
  const influence = useInfluence();
  const { spots, edited, near } = wanted;
  return useMemo(() => {
    const marks: Mark[] = [];
    if (!posterior) return marks;
    const inside = ({ row, col }: { row: number; col: number }) =>
      row < posterior.rows && col < posterior.cols;
    if (spots) {
      const { groups, cells } = spotListsOf(posterior, influence);
      const apart = groups.flatMap((group) => (group.apart ? group.cells.slice(0, 1) : []));
      for (const cell of cells) {
        marks.push({ cell, kind: 'spot', strong: apart.some((one) => sameCell(one.cell, cell)) });
      }
    }
    if (edited) for (const cell of editedCells(edits)) if (inside(cell)) marks.push({ cell, kind: 'edited' });
    if (wanted.control && control && inside(control)) marks.push({ cell: control, kind: 'control' });
    const centres = near === 'edited' ? editedCells(edits) : near === 'control' && control ? [control] : [];
    if (centres.length <= MAX_BORDERS) {
      for (const cell of centres) if (inside(cell)) marks.push({ cell, kind: 'near', reach: radius });
    }
    return marks;
  }, [posterior, influence, edits, control, spots, edited, wanted.control, near, radius]);
}
