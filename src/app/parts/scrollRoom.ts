import { type RefObject, useLayoutEffect } from 'react';

/** Heights of what covers the bottom edge of the window, pixels, by what covers it. */
const covers = new Map<object, number>();

/** Keeps what the browser scrolls to (a focus, a match of its search) above the lowest `pixels` of the window; 0: no longer. */
export function leaveScrollRoom(owner: object, pixels: number): void {
  if (pixels > 0) covers.set(owner, pixels);
  else covers.delete(owner);
  const room = Math.max(0, ...covers.values());
  document.documentElement.style.scrollPaddingBottom = room > 0 ? `${room}px` : '';
}

/**
 * Leaves room for a bar that may stand at the bottom edge: as high as it is, while it sticks there. `wanted`: the page is ours.
 * A bar with controls gives a `leave` of its own (always the same), or the window would be scrolled at each step within it.
 */
export function useScrollRoom(
  bar: RefObject<HTMLElement | null>,
  wanted: boolean,
  leave: (bar: HTMLElement, pixels: number) => void = leaveScrollRoom,
): void {
  useLayoutEffect(() => {
    const element = bar.current;
    if (!element || !wanted) return;
    const measure = () => {
      const { position } = getComputedStyle(element);
      const sticks = position === 'fixed' || position === 'sticky';
      leave(element, sticks ? element.offsetHeight : 0);
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    // Whether it sticks depends on the window alone.
    window.addEventListener('resize', measure);
    return () => {
      observer.disconnect();
      window.removeEventListener('resize', measure);
      leave(element, 0);
    };
  }, [bar, wanted, leave]);
}
