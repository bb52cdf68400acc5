import { useMemo } from 'react';
import { editedCells } from '../inspect/edits';
import { analysisOf } from './analysis';
import type { Mark } from './CellMarks';
import { useInspector } from './context';

/** The cells to mark besides the selected one: spots, edited cells, the control cell of the last effect. */
export function useMarks(wanted: { spots?: boolean; edited?: boolean; control?: boolean }): readonly Mark[] {
  const posterior = useInspector((state) => state.posterior);
  const edits = useInspector((state) => state.view.edits);
  const control = useInspector((state) =>
    state.control?.edits === state.view.edits ? state.control.value.cell : null,
  );
  const { spots, edited } = wanted;
  return useMemo(() => {
    const marks: Mark[] = [];
    if (!posterior) return marks;
    const inside = ({ row, col }: { row: number; col: number }) =>
      row < posterior.rows && col < posterior.cols;
    if (spots) {
      for (const { cell } of analysisOf(posterior).spots.spots) marks.push({ cell, kind: 'spot' });
    }
    if (edited) for (const cell of editedCells(edits)) if (inside(cell)) marks.push({ cell, kind: 'edited' });
    if (wanted.control && control && inside(control)) marks.push({ cell: control, kind: 'control' });
    return marks;
  }, [posterior, edits, control, spots, edited, wanted.control]);
}
