import type { Theme } from '../look/theme';

export interface ThemeProps {
  theme: Theme;
  onTheme(theme: Theme): void;
}

export function ThemeButton({ theme, onTheme }: ThemeProps) {
  const other = theme === 'dark' ? 'light' : 'dark';
  return (
    <button
      type="button"
      className="button quiet icon theme"
      title={`Change to the ${other} theme`}
      onClick={() => onTheme(other)}
    >
      <ThemeIcon />
      <span className="visually-hidden">Change to the {other} theme</span>
    </button>
  );
}

function ThemeIcon() {
  return (
    <svg viewBox="0 0 16 16" width="1.1em" height="1.1em" aria-hidden="true">
      <circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M8 1.8a6.2 6.2 0 0 1 0 12.4z" fill="currentColor" />
    </svg>
  );
}
