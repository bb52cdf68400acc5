import { createStore, type StoreApi } from 'zustand';
import type { Cell } from '../inspect/types';
import type { Range } from './layers';
import type { Side } from './side';

/** What only the page knows: nothing here belongs in a link. */
export interface Local {
  /** True while Space or the pointer is held to flip base and edited. */
  held: boolean;
  /** Which figure the narrow layout shows above the latent. */
  figure: 'picture' | 'decoded';
  /** Which model of a comparison the narrow layout shows. */
  side: Side;
  range: Range;
  /** The cell that waits for its partner in a swap. */
  swapping: Cell | null;
  /** Values of a copied cell, raw units, with where they come from. */
  copied: { values: number[]; from: string } | null;
  /** A download that the visitor gave up: of which model, and whether of the right side. */
  givenUp: { model: string; right: boolean } | null;
  /** The experiment that is open, by its panel's name. */
  experiment: string | null;
  /** What the page has to say itself, not the engine ("No camera was found."). */
  message: string | null;
}

export function createLocal(): StoreApi<Local> {
  return createStore<Local>(() => ({
    held: false,
    figure: 'decoded',
    side: 'a',
    // A single bright spot would leave the rest of the map dark.
    range: 'middle',
    swapping: null,
    copied: null,
    givenUp: null,
    experiment: null,
    message: null,
  }));
}
