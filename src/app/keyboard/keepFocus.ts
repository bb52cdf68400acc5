/**
 * The focus, kept: where what has it goes (an edit is removed, a message dismissed, a dialog closed) or can no longer have it (the
 * last Undo), it is handed on instead of falling to the page's body, from where a keyboard starts all over.
 */

const FOCUSABLE = 'button, input, select, textarea, summary, a[href], [tabindex]:not([tabindex="-1"])';

/** Parts whose members stand for one another: the focus goes to a neighbour. */
const GROUPS = 'li, ol, ul, fieldset, nav, .toasts, .popover, .history, .runner-row';

/** Larger parts, in which it stays: on what had it before, or else on a neighbour. */
const ROOMS = 'section, aside, dialog, header';

/** So many elements that had the focus are remembered. */
const TRAIL = 24;

const isUsable = (element: Element): boolean =>
  element.isConnected &&
  !element.matches(':disabled') &&
  element.checkVisibility({ visibilityProperty: true });

const focusables = (within: Element): HTMLElement[] =>
  [...within.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(isUsable);

/** Where the focus goes when nothing better is left: to the latent, or the main part. */
export function homeOf(root: HTMLElement): HTMLElement | null {
  const grid = root.querySelector<HTMLElement>('[role="grid"]');
  if (grid?.checkVisibility()) return grid;
  const body = root.querySelector<HTMLElement>('.body, .guide');
  if (body) body.tabIndex = -1;
  return body;
}

/** The element that has the focus, and its place in the parts that it stands in, nearest first. */
interface Place {
  element: HTMLElement;
  groups: { part: Element; index: number }[];
  rooms: { part: Element; index: number }[];
}

function placeOf(element: HTMLElement, root: HTMLElement): Place {
  const place: Place = { element, groups: [], rooms: [] };
  for (let part = element.parentElement; part && part !== root; part = part.parentElement) {
    const list = part.matches(GROUPS) ? place.groups : part.matches(ROOMS) ? place.rooms : null;
    list?.push({ part, index: focusables(part).indexOf(element) });
  }
  return place;
}

/** What now stands at the place in its parts. */
function* neighbours(parts: Place['groups']): Generator<HTMLElement> {
  for (const { part, index } of parts) {
    if (!part.isConnected) continue;
    const all = focusables(part);
    const next = all[Math.min(Math.max(0, index), all.length - 1)];
    if (next) yield next;
  }
}

/** Keeps the focus within `root`, the inspector's own. Returns the way to stop. */
export function keepFocus(root: HTMLElement): () => void {
  const tree = root.getRootNode() as Document | ShadowRoot;
  let trail: HTMLElement[] = [];
  let place: Place | null = null;
  /** True after a press of the pointer: nothing is scrolled then. */
  let pointing = false;

  function* successors({ groups, rooms }: Place): Generator<HTMLElement> {
    yield* neighbours(groups);
    const earlier = trail.toReversed().filter(isUsable);
    for (const { part } of rooms) yield* earlier.filter((element) => part.contains(element));
    yield* neighbours(rooms);
    yield* earlier;
    const home = homeOf(root);
    if (home) yield home;
  }

  /** Hands the focus on where it was lost. */
  const mend = () => {
    if (!place) return;
    const { activeElement } = tree;
    if (activeElement && activeElement !== place.element) return;
    const outside = document.activeElement;
    const isElsewhere = !activeElement && outside !== null && outside !== document.body;
    if (isElsewhere || isUsable(place.element)) {
      // It was left, not lost: by a press beside it, or for another part of the page.
      if (!activeElement) place = null;
      return;
    }
    const lost = place;
    place = null;
    trail = trail.filter((earlier) => earlier !== lost.element && earlier.isConnected);
    for (const next of successors(lost)) {
      next.focus({ preventScroll: pointing });
      // What a dialog hides cannot have it.
      if (tree.activeElement === next) return;
    }
  };

  const taken = () => {
    const { activeElement } = tree;
    if (!(activeElement instanceof HTMLElement) || !root.contains(activeElement)) return;
    trail = [...trail.filter((earlier) => earlier !== activeElement), activeElement].slice(-TRAIL);
    place = placeOf(activeElement, root);
  };
  // Of what is only hidden, browsers tell in this way; what is pressed instead gets the focus first.
  const left = () => setTimeout(mend);
  const pressed = () => {
    pointing = true;
  };
  const typed = () => {
    pointing = false;
  };
  const observer = new MutationObserver(() => {
    // No style is asked for here: this runs at each step of a drag.
    if (place && !(place.element.isConnected && !place.element.matches(':disabled'))) mend();
  });
  observer.observe(root, { subtree: true, childList: true, attributeFilter: ['disabled'] });
  root.addEventListener('focusin', taken);
  root.addEventListener('focusout', left);
  root.addEventListener('pointerdown', pressed, true);
  root.addEventListener('keydown', typed, true);
  return () => {
    observer.disconnect();
    root.removeEventListener('focusin', taken);
    root.removeEventListener('focusout', left);
    root.removeEventListener('pointerdown', pressed, true);
    root.removeEventListener('keydown', typed, true);
  };
}
