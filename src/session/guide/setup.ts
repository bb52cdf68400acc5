/** The state in which each step of the guided path begins. */
import type { Example } from '../example/example';
import type { View } from '../types';

/** Where a step begins: at which of the example's cells, how much of its change is made there, and what is shown of it. */
interface SetUp {
  cell: 'spot' | 'ordinary';
  strength: 0 | 1;
}

const SET_UPS: readonly SetUp[] = [
  { cell: 'spot', strength: 0 },
  { cell: 'spot', strength: 0 },
  { cell: 'ordinary', strength: 0 },
  { cell: 'spot', strength: 0 },
  { cell: 'spot', strength: 1 },
  { cell: 'spot', strength: 1 },
  { cell: 'spot', strength: 0 },
  { cell: 'spot', strength: 1 },
  { cell: 'spot', strength: 1 },
];

/** Places of the two cells among those of the example. */
export const GUIDE_CELLS = { spot: 0, ordinary: 1 } as const;

/** The part of the view that a step sets: what is open, the cell, its edits and what is shown. */
export function stepView(step: number, example: Example): Partial<View> {
  const { cell, strength } = SET_UPS[step] ?? { cell: 'spot', strength: 0 };
  return {
    ...example.at(GUIDE_CELLS[cell], strength),
    compare: example.compare,
    show: 'edited',
    layer: 'norm',
    // A single cell that stands out is seen by standing out.
    range: 'full',
    step,
  };
}
