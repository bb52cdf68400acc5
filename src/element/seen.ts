/** Margin outside the window in which an element already counts as seen: it is then there when the reader arrives. */
const MARGIN = '400px 0px';

/** Calls `then` once, when `element` comes near the window. Stops looking when `signal` is aborted. */
export function whenSeen(element: Element, signal: AbortSignal, then: () => void): void {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      then();
    },
    { rootMargin: MARGIN },
  );
  observer.observe(element);
  signal.addEventListener('abort', () => observer.disconnect(), { once: true });
}

/** Tells whether the visitor asked their browser to save data: then a click decides. */
export function savesData(): boolean {
  const { connection } = navigator as Navigator & { connection?: { saveData?: boolean } };
  return connection?.saveData === true;
}
