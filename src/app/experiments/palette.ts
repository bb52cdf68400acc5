/** Colours of charts: on the page those of its theme; in a file dark ones on white. */
export interface Palette {
  text: string;
  muted: string;
  line: string;
  own: string;
  control: string;
  beside: string;
  fourth: string;
}

export const ON_PAGE: Palette = {
  text: 'var(--text)',
  muted: 'var(--muted)',
  line: 'var(--line)',
  own: 'var(--edit)',
  control: 'var(--control)',
  beside: 'var(--beside)',
  fourth: 'var(--fourth)',
};

export const IN_PRINT: Palette = {
  text: '#18181b',
  muted: '#5a5a64',
  line: '#d6d6db',
  own: '#b3400a',
  control: '#1d4fb8',
  beside: '#6a3cc4',
  fourth: '#0b7a55',
};
