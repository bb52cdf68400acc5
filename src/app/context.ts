import { createContext, useContext } from 'react';
import { type StoreApi, useStore } from 'zustand';
import type { InspectorActions, InspectorStore } from '@/session/types';
import type { Hover } from './hover';
import type { Local } from './local';

/** What an element with `view="figure"` says of it. */
export interface FigureWish {
  /** Null: a caption of its own; empty: none. */
  caption: string | null;
  /** True where the author named the cell to change. */
  cell: boolean;
}

/** The values that every component of one inspector shares. */
export interface InspectorContextValue {
  store: StoreApi<InspectorStore>;
  local: StoreApi<Local>;
  hover: Hover;
  /** True where the inspector is the whole page: keys, drops and pastes count wherever they happen. */
  page: boolean;
  /** True in a frame of another page: only the instrument is shown, as high as it needs. */
  embed: boolean;
  /** An author's figure in place of the instrument, as the element asks for it; null: the instrument. */
  figure: FigureWish | null;
  /** The element that the inspector is drawn in. */
  element: HTMLElement;
}

export const InspectorContext = createContext<InspectorContextValue | null>(null);

export function useInspectorContext(): InspectorContextValue {
  const value = useContext(InspectorContext);
  if (!value) throw new Error('This component has to stand inside an inspector.');
  return value;
}

/** Reads a part of the inspector's state; renders again when that part changes. */
export function useInspector<T>(selector: (state: InspectorStore) => T): T {
  return useStore(useInspectorContext().store, selector);
}

/** Reads a part of the page's own state. */
export function useLocal<T>(selector: (state: Local) => T): T {
  return useStore(useInspectorContext().local, selector);
}

const actionsOf = new WeakMap<StoreApi<InspectorStore>, InspectorActions>();

/**
 * The inspector's actions: functions of the store that never change. They are taken out of its state, as a handler that is kept for
 * long would keep that whole state with them, and all results that were in it.
 */
export function useActions(): InspectorActions {
  const { store } = useInspectorContext();
  const known = actionsOf.get(store);
  if (known) return known;
  const functions = Object.entries(store.getState()).filter(([, value]) => typeof value === 'function');
  const actions = Object.fromEntries(functions) as unknown as InspectorActions;
  actionsOf.set(store, actions);
  return actions;
}
