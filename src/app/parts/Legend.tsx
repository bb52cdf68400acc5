import { useEffect, useRef } from 'react';
import type { Grid } from '@/latent/geometry';
import type { Cell } from '@/latent/types';
import { useInspectorContext } from '../context';
import type { ColourMap } from './colourMaps';

/**
 * A colour bar with its two ends and its unit. `cells` gives the number of a cell of a grid, null where there is none:
 * the selected cell's is marked on the bar, the hovered one's follows the pointer.
 */
export function Legend(props: {
  map: ColourMap;
  low: number;
  high: number;
  lowText: string;
  highText: string;
  unit: string;
  title?: string | undefined;
  selected: number | null;
  cells?: { grid: Grid; valueAt(cell: Cell): number | null };
}) {
  const { hover } = useInspectorContext();
  const pointer = useRef<HTMLSpanElement>(null);
  const latest = useRef(props);
  latest.current = props;

  const grid = props.cells?.grid;
  useEffect(() => {
    if (!grid) return;
    return hover.subscribe(grid, (cell) => {
      const { cells, low, high } = latest.current;
      const value = cell && cells ? cells.valueAt(cell) : null;
      const tick = pointer.current;
      if (!tick) return;
      tick.style.display = value === null ? 'none' : '';
      if (value !== null) tick.style.left = place(value, low, high);
    });
  }, [hover, grid]);

  return (
    <div className="colour-legend" title={props.title}>
      <span className="numeric">{props.lowText}</span>
      <span className="bar" style={{ background: props.map.gradient }}>
        {props.selected !== null && (
          <span className="tick" style={{ left: place(props.selected, props.low, props.high) }} />
        )}
        <span className="tick tick-hover" ref={pointer} style={{ display: 'none' }} />
      </span>
      <span className="numeric">
        {props.highText} <span className="muted">{props.unit}</span>
      </span>
    </div>
  );
}

function place(value: number, low: number, high: number): string {
  const share = high > low ? (value - low) / (high - low) : 0;
  return `${100 * Math.min(1, Math.max(0, share))}%`;
}
