import { createStore, type StoreApi } from 'zustand';
import type { Cell } from '../inspect/types';
import type { LatentQuestion } from './share/ImportReadings';
import type { Side } from './side';

/** What only the page knows: nothing here belongs in a link. */
export interface Local {
  /** True while Space or the pointer is held to flip base and edited. */
  held: boolean;
  /** Which figure the narrow layout shows above the latent. */
  figure: 'picture' | 'decoded';
  /** Which model of a comparison the narrow layout shows. */
  side: Side;
  /** The cell that waits for its partner in a swap. */
  swapping: Cell | null;
  /** Values of a copied cell, raw units, with where they come from. */
  copied: { values: number[]; from: string } | null;
  /** A download that the visitor gave up: of which model, and whether of the right side. */
  givenUp: { model: string; right: boolean } | null;
  /** In which models of a comparison experiments are run. */
  experimentOn: Side | 'both';
  /** A latent's file that waits until its visitor has said what it does not. */
  latentQuestion: LatentQuestion | null;
  /** What the page has to say itself, not the engine ("No camera was found."). */
  message: string | null;
}

export function createLocal(): StoreApi<Local> {
  return createStore<Local>(() => ({
    held: false,
    figure: 'decoded',
    side: 'a',
    swapping: null,
    copied: null,
    givenUp: null,
    experimentOn: 'both',
    latentQuestion: null,
    message: null,
  }));
}
