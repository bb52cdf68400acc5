import { spotsOf } from './cell/analysis';
import { influenceOf } from './cell/useInfluence';
import { findIndexOfSpot } from './cell/walk';
import type { InspectorContextValue } from './context';

/** True where a key belongs to what has the focus: text, sliders, lists, buttons. */
function takesKeys(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches('textarea, select, dialog, dialog *')) return true;
  if (event.key === ' ') return target.matches('button, input, summary, a, [role="button"]');
  return target.matches('input:not([type="range"], [type="radio"], [type="checkbox"])');
}

/** Space flips while held, `[` and `]` walk through the spots, z undoes, Shift and z redoes. Returns the way to stop. */
export function listenForShortcuts(
  target: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>,
  { store, local }: InspectorContextValue,
): () => void {
  const down = (raw: Event) => {
    const event = raw as KeyboardEvent;
    if (event.defaultPrevented || event.altKey || takesKeys(event)) return;
    const state = store.getState();
    const command = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    if (key === 'z') {
      if (event.shiftKey) state.redo();
      else state.undo();
    } else if (command) {
      return;
    } else if (key === ' ') {
      local.setState({ held: true });
    } else if (key === '[' || key === ']') {
      if (!state.sides.a.posterior) return;
      const { spots } = spotsOf(state.sides.a.posterior, influenceOf(state, 'a')).spots;
      const next = spots[findIndexOfSpot(spots, state.view.cell, key === ']' ? 1 : -1)];
      if (!next) return;
      state.select(next.cell);
    } else if (key === 'escape' && local.getState().partnerless) {
      local.setState({ partnerless: null });
    } else {
      return;
    }
    event.preventDefault();
  };
  const up = (raw: Event) => {
    if ((raw as KeyboardEvent).key === ' ' && local.getState().held) local.setState({ held: false });
  };
  const lost = () => local.setState({ held: false });
  target.addEventListener('keydown', down);
  target.addEventListener('keyup', up);
  window.addEventListener('blur', lost);
  return () => {
    target.removeEventListener('keydown', down);
    target.removeEventListener('keyup', up);
    window.removeEventListener('blur', lost);
  };
}
