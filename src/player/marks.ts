/** The recorded cells over a pane: a frame around each, a crosshair at the one that is played. */

import { arms, box } from '@/app/panes/cellPaths';
import { type Recording, recordedCell } from '@/formats/recording/recording';
import { svgElement } from './element';

export function marks(recording: Recording): { root: SVGElement; show(cellIndex: number): void } {
  const { rows, cols, cells } = recording;
  const root = svgElement('svg', {
    class: 'marks',
    viewBox: `0 0 ${cols} ${rows}`,
    preserveAspectRatio: 'none',
    'aria-hidden': 'true',
  });
  const unit = Math.max(rows, cols) / 64;
  const double = (d: string, kind: string) =>
    ['under', 'over'].map((side) => svgElement('path', { class: `stroke ${side} mark-${kind}`, d }));
  return {
    root,
    show(cellIndex) {
      const { cell } = recordedCell(recording, cellIndex);
      const others = cells.flatMap((each, index) =>
        index === cellIndex ? [] : double(box(each.cell, 0.5 * unit), 'recorded'),
      );
      const sight = box(cell, 0.25 * unit) + arms(cell, rows, cols, 4.5 * unit, 0.5 + 1.4 * unit);
      root.replaceChildren(...others, ...double(sight, 'selected'));
    },
  };
}
