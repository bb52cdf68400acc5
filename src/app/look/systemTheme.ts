/** Light or dark, as the system has it; for those who draw without React, too. */
export type Theme = 'light' | 'dark';

const dark = () => matchMedia('(prefers-color-scheme: dark)');

export function systemTheme(): Theme {
  return dark().matches ? 'dark' : 'light';
}

/** Calls `then` whenever the system changes between them; returns the way to stop. */
export function onSystemTheme(then: (theme: Theme) => void): () => void {
  const query = dark();
  const follow = () => then(systemTheme());
  query.addEventListener('change', follow);
  return () => query.removeEventListener('change', follow);
}

/**
 * The theme that the author asks for: by the element's attribute `theme`, else by the `color-scheme` that the page gives it, for a
 * page that knows no dark is light in a dark system, too. Null where that leaves it to the system.
 */
export function askedTheme(element: Element): Theme | null {
  const value = element.getAttribute('theme');
  if (value === 'light' || value === 'dark') return value;
  const known = getComputedStyle(element).colorScheme.split(' ');
  if (!known.includes('dark')) return 'light';
  return known.includes('light') ? null : 'dark';
}
