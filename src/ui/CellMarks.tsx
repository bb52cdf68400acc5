import { memo, useEffect, useRef } from 'react';
import type { Cell } from '../inspect/types';
import { useInspectorContext } from './context';

export interface Mark {
  cell: Cell;
  kind: 'spot' | 'edited' | 'control' | 'near';
  /** Among the strongest spots: a ring, not a dot. */
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

const box = ({ row, col }: Cell, by = 0) =>
  `M${col - by} ${row - by}h${1 + 2 * by}v${1 + 2 * by}h${-(1 + 2 * by)}z`;

/** All cells within `reach` of one, cut at the frame. */
function around({ row, col }: Cell, reach: number, rows: number, cols: number): string {
  const [left, right] = [Math.max(0, col - reach), Math.min(cols, col + reach + 1)];
  const [top, bottom] = [Math.max(0, row - reach), Math.min(rows, row + reach + 1)];
  return `M${left} ${top}H${right}V${bottom}H${left}z`;
}

const circle = ({ row, col }: Cell, radius: number) =>
  `M${col + 0.5 - radius} ${row + 0.5}a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0`;

/** Four arms that point at the cell from a little way off, cut at the frame. */
function arms({ row, col }: Cell, rows: number, cols: number, length: number, gap: number): string {
  const x = col + 0.5;
  const y = row + 0.5;
  const parts: string[] = [];
  const line = (x1: number, y1: number, x2: number, y2: number) => {
    const clip = (value: number, limit: number) => Math.min(limit, Math.max(0, value));
    const from = [clip(x1, cols), clip(y1, rows)];
    const to = [clip(x2, cols), clip(y2, rows)];
    if (from[0] !== to[0] || from[1] !== to[1]) parts.push(`M${from[0]} ${from[1]}L${to[0]} ${to[1]}`);
  };
  line(x - gap, y, x - gap - length, y);
  line(x + gap, y, x + gap + length, y);
  line(x, y - gap, x, y - gap - length);
  line(x, y + gap, x, y + gap + length);
  return parts.join('');
}

/**
 * The crosshair of the selected cell, the outline of the hovered one and the marks of others, in cell units
 * over a pane. The hovered outline moves without React.
 */
export const CellMarks = memo(function CellMarks(props: {
  rows: number;
  cols: number;
  selected: Cell;
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
  const sight = box(selected, 0.25 * unit) + arms(selected, rows, cols, 4.5 * unit, 0.5 + 1.4 * unit);
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
      <Double kind="selected" path={sight} />
      <g ref={hovered} style={{ display: 'none' }}>
        <Double kind="hovered" path="M0 0h1v1h-1z" />
      </g>
    </svg>
  );
});
