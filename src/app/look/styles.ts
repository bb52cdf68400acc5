/** Every component's CSS as one sheet, adopted by each inspector's shadow root: it neither leaks out nor lets in. */
const texts = import.meta.glob<string>(['./*.css', './*/*.css'], {
  query: '?inline',
  import: 'default',
  eager: true,
});

let sheet: CSSStyleSheet | null = null;

/** App.css comes last: its narrow layouts overrule what the components say of themselves. */
function inOrder(paths: string[]): string[] {
  const rank = (path: string) =>
    path.endsWith('/tokens.css') ? 0 : path.endsWith('/controls.css') ? 1 : path.endsWith('/App.css') ? 3 : 2;
  return paths.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

export function styles(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(
      inOrder(Object.keys(texts))
        .map((path) => texts[path])
        .join('\n'),
    );
  }
  return sheet;
}
