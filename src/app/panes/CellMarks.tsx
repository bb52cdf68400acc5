import { memo, useEffect, useRef } from 'react';
import type { Cell } from '@/latent/types';
import { useInspectorContext } from '../context';
import { arms, around, box, circle } from './cellPaths';

export interface Mark {
  cell: Cell;
  kind: 'spot' | 'edited' | 'control' | 'near';
  /** A spot that stands apart from all others: a ring, not a dot. */
  strong?: boolean;
  /** Cells around it that the mark takes in. */
  reach?: number;
}

/** A shape drawn twice, dark under light, so that it shows on any picture and any colour map. */
function Double(props: { path: string; kind: string }) {
  return (
    <>
      <path className={`stroke under mark-${props.kind}`} d={props.path} />
      <path className={`stroke over mark-${props.kind}`} d={props.path} />
    </>
  );
}

/**
 * The crosshair of the selected cell, the outline of the hovered one and the marks of others, in cell units
 * over a pane. The hovered outline moves without React.
 */
export const CellMarks = memo(function CellMarks(props: {
  rows: number;
  cols: number;
  /** Null: what is drawn is older than the selection. */
  selected: Cell | null;
  marks: readonly Mark[];
}) {
  const { rows, cols, selected, marks } = props;
  const { hover } = useInspectorContext();
  const hovered = useRef<SVGGElement>(null);

  useEffect(() => {
    const show = (cell: Cell | null) => {
      const group = hovered.current;
      if (!group) return;
      group.style.display = cell ? '' : 'none';
      if (cell) group.setAttribute('transform', `translate(${cell.col} ${cell.row})`);
    };
    const grid = { rows, cols };
    show(hover.get(grid));
    return hover.subscribe(grid, show);
  }, [hover, rows, cols]);

  const unit = Math.max(rows, cols) / 64;
  const sight =
    selected && box(selected, 0.25 * unit) + arms(selected, rows, cols, 4.5 * unit, 0.5 + 1.4 * unit);
  return (
    <svg className="marks" viewBox={`0 0 ${cols} ${rows}`} preserveAspectRatio="none" aria-hidden="true">
      {marks.map(({ cell, kind, strong, reach = 0 }) => (
        <Double
          key={`${kind} ${cell.row} ${cell.col}`}
          kind={kind}
          path={
            kind === 'spot'
              ? circle(cell, strong ? 0.5 + 0.9 * unit : 0.3)
              : kind === 'near'
                ? around(cell, reach, rows, cols)
                : box(cell, kind === 'control' ? 0.35 * unit : 0.1 * unit)
          }
        />
      ))}
      {sight && <Double kind="selected" path={sight} />}
      <g ref={hovered} style={{ display: 'none' }}>
        <Double kind="hovered" path="M0 0h1v1h-1z" />
      </g>
    </svg>
  );
});
