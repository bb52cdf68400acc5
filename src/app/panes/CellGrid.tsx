import { type KeyboardEvent, type ReactNode, type Ref, useId } from 'react';
import type { Cell } from '@/latent/types';

/**
 * The latent as a grid to keyboards and screen readers: one focusable element that holds its active cell, not
 * thousands of elements. `children` say what the active cell holds.
 */
export function CellGrid(props: {
  rows: number;
  cols: number;
  cell: Cell;
  grid: Ref<HTMLDivElement>;
  onKeyDown(event: KeyboardEvent): void;
  children: ReactNode;
}) {
  const { rows, cols, cell } = props;
  const id = useId();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot lie over a canvas and hold the focus as one
    <div
      ref={props.grid}
      className="cells"
      role="grid"
      aria-label="Latent cells"
      aria-rowcount={rows}
      aria-colcount={cols}
      aria-activedescendant={id}
      aria-description="Arrow keys move by one cell, with Shift by eight. Enter repeats the last edit here, or heals."
      tabIndex={0}
      onKeyDown={props.onKeyDown}
    >
      {/* biome-ignore lint/a11y: the grid holds the focus and names its active cell, as the grid pattern asks */}
      <div role="row" aria-rowindex={cell.row + 1} className="visually-hidden">
        {/* biome-ignore lint/a11y: the same */}
        <div role="gridcell" id={id} aria-colindex={cell.col + 1} aria-selected="true">
          Row {cell.row}, column {cell.col}
          {props.children}
        </div>
      </div>
    </div>
  );
}
