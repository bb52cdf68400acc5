/** The state that a reader can change in a recorded figure, and what follows from that. */
import type { RecordedLayer, Recording } from '@/formats/recording/recording';
import type { Cell } from '@/latent/types';
import type { Factor } from '@/session/types';

export type Show = 'before' | 'edited' | 'change';

export interface PlayerState {
  cellIndex: number;
  /** An index of the strengths; 1.5 is halfway between the second and the third. */
  position: number;
  layer: RecordedLayer;
  show: Show;
  amplification: Factor;
}

/** Closer than this to a recorded strength, the slider means that strength. */
const SNAP = 0.07;

export function openingState({ shown }: Recording): PlayerState {
  return {
    cellIndex: shown.cell,
    position: shown.strength,
    layer: shown.layer,
    show: 'edited',
    amplification: 1,
  };
}

/** The position that the slider's number leads to. */
export function snapped(position: number, strengths: readonly number[]): number {
  const whole = Math.round(position);
  const inside = Math.min(strengths.length - 1, Math.max(0, position));
  return Math.abs(position - whole) < SNAP ? Math.min(strengths.length - 1, Math.max(0, whole)) : inside;
}

/** The next recorded strength from a position: what an arrow key does. */
export function nextPosition(position: number, step: 1 | -1, strengths: readonly number[]): number {
  const next = step > 0 ? Math.floor(position) + 1 : Math.ceil(position) - 1;
  return Math.min(strengths.length - 1, Math.max(0, next));
}

/**
 * The recorded strength whose numbers stand for a position: the nearest. Only at strength 0 itself is it that one: beside it
 * something is changed.
 */
export function nearestRecorded(position: number, strengths: readonly number[]): number {
  const nearest = Math.round(position);
  if (strengths[nearest] !== 0 || Number.isInteger(position)) return nearest;
  return position > nearest ? nearest + 1 : nearest - 1;
}

/** Distance from a recorded cell at which a click still means it, cells of a latent of 64. */
const REACH = 1.5;

/** The recorded cell that a click on `cell` means; null where none is near. */
export function recordedNear(cell: Cell, { cells, rows, cols }: Recording): number | null {
  const reach = Math.max(0.5, (REACH * Math.max(rows, cols)) / 64);
  let nearest: number | null = null;
  let least = reach;
  cells.forEach((each, index) => {
    const distance = Math.max(Math.abs(each.cell.row - cell.row), Math.abs(each.cell.col - cell.col));
    if (distance > least || (nearest !== null && distance === least)) return;
    nearest = index;
    least = distance;
  });
  return nearest;
}
