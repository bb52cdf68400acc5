/** Places of the tool that light up while a word of the glossary that names them is pointed at, has the focus or is open. */
import type { Part } from './benchTerms';

/** Elements of a part in the inspector that `within` belongs to. A `data-part` may name several parts. */
export function placesOf(part: Part, within: Element): HTMLElement[] {
  const root = within.closest('.inspector');
  return root ? [...root.querySelectorAll<HTMLElement>(`[data-part~="${part}"]`)] : [];
}

/**
 * Lights the places of a part.
 * @returns the way to put the light out
 */
export function light(part: Part, within: Element): () => void {
  const places = placesOf(part, within);
  for (const place of places) place.toggleAttribute('data-lit', true);
  return () => {
    for (const place of places) place.removeAttribute('data-lit');
  };
}
