import { spotListsOf } from '../cell/spotLists';
import { influenceOf } from '../cell/useInfluence';
import { findIndexOfSpot } from '../cell/walk';
import type { InspectorContextValue } from '../context';

/** The parts of the inspector in which single keys count; experiments, dialogs and panels are none. */
export const KEYS_HERE = { 'data-keys': '' } as const;

/** Tells whether letters belong to the element: it is typed into, or it looks for what begins with them. */
function takesLetters(element: HTMLElement): boolean {
  return (
    element.isContentEditable ||
    element.matches('textarea, select, input:not([type="range"], [type="radio"], [type="checkbox"])')
  );
}

/** Tells whether the focus is in the instrument. Where nothing has it, it is not: a key pressed by mistake then does nothing. */
function isInInstrument(element: HTMLElement): boolean {
  return element.closest('[data-keys]') !== null && element.closest('dialog, .panel') === null;
}

/**
 * Undo and redo by Control or Command and Z, wherever the focus is; and, as long as they are switched on and the focus is in the
 * instrument, single keys (keyList.ts). Returns the way to stop.
 */
export function listenForShortcuts(
  target: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>,
  { store, local }: InspectorContextValue,
): () => void {
  const step = (back: boolean) => {
    const state = store.getState();
    if (back) state.undo();
    else state.redo();
  };
  const walk = (forward: boolean) => {
    const state = store.getState();
    const { posterior } = state.sides.a;
    if (!posterior) return;
    const { cells } = spotListsOf(posterior, influenceOf(state, 'a'));
    const next = cells[findIndexOfSpot(cells, state.view.cell, forward ? 1 : -1)];
    if (next) state.select(next);
  };
  const single: Readonly<Record<string, (event: KeyboardEvent) => void>> = {
    z: ({ shiftKey }) => step(!shiftKey),
    '[': () => walk(false),
    ']': () => walk(true),
    '?': () => local.setState({ keyboardHelp: true }),
  };
  const down = (raw: Event) => {
    const event = raw as KeyboardEvent;
    const [element] = event.composedPath();
    if (event.defaultPrevented || event.altKey || !(element instanceof HTMLElement)) return;
    if (takesLetters(element) || element.closest('dialog')) return;
    const key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) {
      if (key !== 'z') return;
      step(!event.shiftKey);
    } else if (key === 'escape' && local.getState().partnerless) {
      local.setState({ partnerless: null });
    } else {
      const press = single[key];
      if (!press || !local.getState().shortcuts || !isInInstrument(element)) return;
      press(event);
    }
    event.preventDefault();
  };
  target.addEventListener('keydown', down);
  return () => target.removeEventListener('keydown', down);
}
