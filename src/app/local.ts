import { createStore, type StoreApi } from 'zustand';
import type { EditKind } from '@/edits';
import type { Cell } from '@/latent/types';
import { type GuideProgress, NO_PROGRESS } from './guide/progress';
import { rememberedShortcuts } from './keyboard/remembered';
import type { LatentQuestion } from './share/ImportReadings';
import type { Side } from './sides/sideNames';

/** An edit of two cells as long as only the first is known. */
export interface Partnerless {
  kind: EditKind;
  cell: Cell;
  /** The name of the field that the next chosen cell fills. */
  field: string;
  /** Words for what the visitor is to do. */
  hint: string;
}

/** State that only the page knows: nothing here belongs in a link. */
export interface Local {
  /** True while the pointer, or a key on its button, is held to flip base and edited. */
  held: boolean;
  /** The figure that the narrow layout shows above the latent. */
  figure: 'picture' | 'decoded';
  /** The model of a comparison that the narrow layout shows. */
  side: Side;
  /** An edit that waits for the cell that its field names. */
  partnerless: Partnerless | null;
  /** Values of a copied cell, raw units, with where they come from. */
  copied: { values: number[]; from: string } | null;
  /** A download that the visitor gave up: of which model, and whether of the right side. */
  givenUp: { model: string; right: boolean } | null;
  /** Models of a comparison in which experiments are run. */
  experimentOn: Side | 'both';
  /** A latent's file that waits until its visitor has said what it does not. */
  latentQuestion: LatentQuestion | null;
  /** Number of times that files were given: what was given last is what is opened. */
  given: number;
  /** The dialogs that stand over the page, the last on top; what is beside the top one is hidden by it and takes no presses. */
  modals: readonly HTMLElement[];
  /** How far the visitor is on the guided path. */
  guide: GuideProgress;
  /** Single keys count while the focus is in the instrument. */
  shortcuts: boolean;
  /** The list of keys is open. */
  keyboardHelp: boolean;
  /** A message of the page itself, not of the engine ("No camera was found."). */
  message: string | null;
}

/** @param remembers true where the inspector is the whole page, which keeps its visitor's choices */
export function createLocal(remembers = false): StoreApi<Local> {
  return createStore<Local>(() => ({
    held: false,
    figure: 'decoded',
    side: 'a',
    partnerless: null,
    copied: null,
    givenUp: null,
    experimentOn: 'both',
    latentQuestion: null,
    given: 0,
    modals: [],
    guide: NO_PROGRESS,
    shortcuts: remembers ? rememberedShortcuts() : true,
    keyboardHelp: false,
    message: null,
  }));
}

/** Notes a dialog as the top one, until what is returned is called; dialogs may be closed in any order. */
export function addModal(local: StoreApi<Local>, dialog: HTMLElement): () => void {
  local.setState(({ modals }) => ({ modals: [...modals, dialog] }));
  return () => local.setState(({ modals }) => ({ modals: modals.filter((other) => other !== dialog) }));
}
