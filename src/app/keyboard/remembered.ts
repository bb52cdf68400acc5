const KEY = 'latent-inspector.single-keys';

/** The visitor's own choice of whether single keys count; they do, until switched off. Storage may be forbidden. */
export function rememberedShortcuts(): boolean {
  try {
    return localStorage.getItem(KEY) !== 'off';
  } catch {
    return true;
  }
}

export function rememberShortcuts(on: boolean): void {
  try {
    localStorage.setItem(KEY, on ? 'on' : 'off');
  } catch {
    // The choice then lasts as long as the page.
  }
}
