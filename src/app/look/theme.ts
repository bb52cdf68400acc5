import { useEffect, useState } from 'react';
import { useInspectorContext } from '../context';
import { askedTheme, onSystemTheme, systemTheme, type Theme } from './systemTheme';

export type { Theme };

const KEY = 'latent-inspector.theme';

/** The visitor's own choice, or null. Storage may be forbidden (private windows, sandboxed frames). */
function remembered(): Theme | null {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'light' || value === 'dark' ? value : null;
  } catch {
    return null;
  }
}

function remember(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // The choice then lasts as long as the page.
  }
}

/**
 * The theme in force and a way to change it: the visitor's choice, else what the author asks for (`theme`), else the
 * system's. Only the page remembers a choice; inspectors in other people's pages share nothing and leave nothing behind.
 */
export function useTheme(): [Theme, (theme: Theme) => void] {
  const { page, embed, element } = useInspectorContext();
  const remembers = page && !embed;
  const [chosen, setChosen] = useState<Theme | null>(() => (remembers ? remembered() : null));
  const [asked, setAsked] = useState(() => askedTheme(element));
  const [system, setSystem] = useState(systemTheme);
  useEffect(() => onSystemTheme(setSystem), []);
  useEffect(() => {
    const observer = new MutationObserver(() => {
      setAsked(askedTheme(element));
      // A page that switches itself takes its figures along.
      setChosen(null);
    });
    observer.observe(element, { attributeFilter: ['theme'] });
    return () => observer.disconnect();
  }, [element]);
  return [
    chosen ?? asked ?? system,
    (theme) => {
      if (remembers) remember(theme);
      setChosen(theme);
    },
  ];
}
