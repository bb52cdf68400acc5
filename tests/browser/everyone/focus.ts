import type { Page } from 'playwright';

/** What has the focus, in words; "nothing" where it fell to the page's body. */
export const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const element = document.querySelector('latent-inspector')!.shadowRoot!.activeElement;
    if (!(element instanceof HTMLElement)) return 'nothing';
    const label = element.closest('label')?.textContent ?? element.textContent;
    return (element.ariaLabel ?? label ?? '').trim() || element.outerHTML.slice(0, 80);
  });

/** Why the element that has the focus cannot be seen: out of the window, or under something else; null where it can. */
export const hiddenWhy = (page: Page): Promise<string | null> =>
  page.evaluate(() => {
    const root = document.querySelector('latent-inspector')!.shadowRoot!;
    const element = root.activeElement;
    if (!element) return null;
    const label = element.matches('.visually-hidden, .segment input') ? element.closest('label') : null;
    const shown = label ?? element;
    const box = shown.getBoundingClientRect();
    const words = shown.outerHTML.slice(0, 100);
    const left = Math.max(0, box.left);
    const right = Math.min(innerWidth, box.right);
    const top = Math.max(0, box.top);
    const bottom = Math.min(innerHeight, box.bottom);
    if (right - left < 1 || bottom - top < 1) return `out of the window: ${words}`;
    const seen = [0.1, 0.5, 0.9].filter((part) => {
      const at = root.elementFromPoint((left + right) / 2, top + part * (bottom - top));
      return at && (shown.contains(at) || at.contains(shown));
    });
    // What is higher than the window may be covered in part, a button may not.
    const all = box.height > innerHeight / 4 ? 1 : 3;
    return seen.length >= all ? null : `covered: ${words}`;
  });

/**
 * Walks with Tab from the first stop to the last, and back around. Returns the stops that were hidden, and how many there were;
 * a stop is one element, at most `most` of them.
 */
export async function walk(page: Page, most = 200): Promise<{ stops: number; faults: string[] }> {
  const faults: string[] = [];
  await page.evaluate(() => {
    const first = document.querySelector('latent-inspector')!.shadowRoot!.activeElement;
    if (first instanceof HTMLElement) first.blur();
    Object.assign(window, { walked: new Set() });
    scrollTo(0, 0);
  });
  for (let stops = 0; stops < most; stops++) {
    await page.keyboard.press('Tab');
    const isNew = await page.evaluate(() => {
      const element = document.querySelector('latent-inspector')!.shadowRoot!.activeElement;
      const { walked } = window as unknown as { walked: Set<Element | null> };
      if (!element || walked.has(element)) return false;
      walked.add(element);
      return true;
    });
    if (!isNew) return { stops, faults };
    const fault = await hiddenWhy(page);
    if (fault) faults.push(fault);
  }
  return { stops: most, faults: [...faults, 'The walk did not end.'] };
}
