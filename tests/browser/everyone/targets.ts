import type { Page } from 'playwright';

/** What can be pressed and is smaller than `least` pixels either way, each with its size; of `within`, or of all there is. */
export const smallTargets = (page: Page, least: number, within = '*'): Promise<string[]> =>
  page.evaluate(
    ([size, selector]) => {
      const root = document.querySelector('latent-inspector')!.shadowRoot!;
      const all = root.querySelectorAll<HTMLElement>(
        'button, input, select, summary, a[href], [tabindex="0"]',
      );
      return [...all].flatMap((element) => {
        if (!element.checkVisibility({ visibilityProperty: true }) || !element.matches(selector)) return [];
        // What is pressed of a radio button or a hidden field is its label.
        const label = element.matches('input:is([type="radio"], [type="checkbox"], .visually-hidden)')
          ? element.closest('label')
          : null;
        const { width, height } = (label ?? element).getBoundingClientRect();
        const isOut = element.matches('.skip-link:not(:focus)');
        if (isOut || (width >= size - 0.5 && height >= size - 0.5)) return [];
        return [`${Math.round(width)} x ${Math.round(height)}: ${element.outerHTML.slice(0, 120)}`];
      });
    },
    [least, within] as const,
  );

/** The number of targets that are looked at. */
export const countTargets = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      [
        ...document
          .querySelector('latent-inspector')!
          .shadowRoot!.querySelectorAll('button, input, select, summary, a[href], [tabindex="0"]'),
      ].filter((element) => element.checkVisibility({ visibilityProperty: true })).length,
  );
