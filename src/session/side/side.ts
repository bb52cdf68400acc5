/** The part of the state that stands for one side, and how it is put there. */
import type { Cell } from '@/latent/types';
import type { Edits } from '../history';
import type { InspectorState, ModelState, Side, SideResults, SideState } from '../types';

export const SIDES = ['a', 'b'] as const satisfies readonly Side[];

/** The other one of the two. */
export const OTHER: Record<Side, Side> = { a: 'b', b: 'a' };

export const NOTHING_DECODED = {
  base: null,
  edited: null,
  control: null,
  controlMissing: null,
  effect: null,
  noDecoder: null,
} satisfies Partial<SideResults>;

export const NO_RESULTS: SideResults = {
  posterior: null,
  madeWith: null,
  recorded: false,
  ...NOTHING_DECODED,
};

export const NOT_LOADED: ModelState = { status: 'idle', fraction: 0, info: null };

/** A side on which a model was chosen and nothing is open yet. */
export function emptySide(id: string, edits: Edits, cell: Cell): SideState {
  return { id, model: NOT_LOADED, edits, cell, leftOut: null, shared: false, ...NO_RESULTS };
}

/** The results alone. */
export function resultsOf(side: SideResults): SideResults {
  const { posterior, madeWith, recorded, base, edited, control, controlMissing, effect, noDecoder } = side;
  return { posterior, madeWith, recorded, base, edited, control, controlMissing, effect, noDecoder };
}

/**
 * Tells whether a side is open in the engine, with a base decode: what experiments and figures need, which a recording cannot
 * answer.
 */
export function canCompute({ base, recorded }: SideResults): boolean {
  return base !== null && !recorded;
}

/** The sides with a part of one replaced. Where there is no second side nothing of it can be. */
export function withSide(
  sides: InspectorState['sides'],
  name: Side,
  part: Partial<SideState>,
): InspectorState['sides'] {
  const side = sides[name];
  return side ? { ...sides, [name]: { ...side, ...part } } : sides;
}
