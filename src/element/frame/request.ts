/**
 * Settings that an address of the page gives when it is shown in a frame of another page:
 *
 *     index.html?embed=1&origin=https://blog.example&theme=dark&recording=figure.json#v=1&model=mini-planted&cell=12,30
 *
 * `embed=1`: only the instrument. `origin`, as often as needed: whose messages are answered (see protocol.ts); without it the
 * page's own. `theme` and `recording` are the element's attributes of these names. A view may stand in it as in any link.
 */
export interface EmbedRequest {
  /** Exact origins, as `https://blog.example`; at least one. */
  origins: readonly string[];
  theme: string | null;
  recording: string | null;
}

const KEYS = ['embed', 'origin', 'theme', 'recording'];

/** Null where the page is to be the whole page. An origin that is none ("*", "null", a path) is left out. */
export function readEmbedRequest({
  search,
  origin,
}: Pick<Location, 'search' | 'origin'>): EmbedRequest | null {
  const given = new URLSearchParams(search);
  if (given.get('embed') !== '1') return null;
  const named = given.getAll('origin');
  return {
    origins: named.length > 0 ? named.filter(isOrigin) : [origin],
    theme: given.get('theme'),
    recording: given.get('recording'),
  };
}

function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

/** The address of the whole page: without what asks for a part of it, and without its hash. */
export function pageAddress({
  origin,
  pathname,
  search,
}: Pick<Location, 'origin' | 'pathname' | 'search'>): string {
  const given = new URLSearchParams(search);
  for (const key of KEYS) given.delete(key);
  return `${origin}${pathname}${given.size > 0 ? `?${given}` : ''}`;
}
