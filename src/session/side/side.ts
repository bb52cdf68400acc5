/** The two places for a model: left, whose results stand in the state itself, and right, whose results stand in `compare`. */
import type { Context } from '../context';
import type { Edits } from '../history';
import type { InspectorState, SideResults } from '../types';

/** One model's place: what is to be shown there, what is shown, and a way to put results. */
export interface Side {
  edits(): Edits;
  results(): SideResults;
  put(results: Partial<SideResults>): void;
}

export const NOTHING_DECODED = {
  base: null,
  edited: null,
  control: null,
  controlMissing: null,
  effect: null,
  noDecoder: null,
} satisfies Partial<SideResults>;

export const NO_RESULTS: SideResults = { posterior: null, madeWith: null, ...NOTHING_DECODED };

/** The results alone, of either side. */
export function resultsOf(state: SideResults): SideResults {
  const { posterior, madeWith, base, edited, control, controlMissing, effect, noDecoder } = state;
  return { posterior, madeWith, base, edited, control, controlMissing, effect, noDecoder };
}

export function leftSide({ get, set }: Context): Side {
  return { edits: () => get().view.edits, results: () => resultsOf(get()), put: set };
}

export function rightSide({ get, set }: Context): Side {
  const compare = (): InspectorState['compare'] => get().compare;
  return {
    edits: () => compare()?.edits ?? [],
    results: () => resultsOf(compare() ?? NO_RESULTS),
    put(results) {
      const now = compare();
      if (now) set({ compare: { ...now, ...results } });
    },
  };
}
