/** Every component's CSS as one sheet, adopted by each inspector's shadow root: it neither leaks out nor lets in. */
const texts = import.meta.glob<string>(['../*.css', '../*/*.css'], {
  query: '?inline',
  import: 'default',
  eager: true,
});

let sheet: CSSStyleSheet | null = null;

/** Sorts from the general to the particular: App.css comes last, as its narrow layouts overrule what components say. */
function inOrder(paths: string[]): string[] {
  const general = ['/tokens.css', '/controls.css', '/parts/'];
  const rank = (path: string) => {
    const place = general.findIndex((part) => path.includes(part));
    if (place >= 0) return place;
    return path.endsWith('/App.css') ? general.length + 1 : general.length;
  };
  const name = (path: string) => path.slice(path.lastIndexOf('/') + 1);
  return paths.sort((a, b) => rank(a) - rank(b) || (name(a) < name(b) ? -1 : 1));
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
