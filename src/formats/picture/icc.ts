/** ICC profiles (ICC.1:2022): those of three primaries, or of grey, with curves. Tables are left to a library. */
import { ascii, viewOf } from './bytes';
import type { ColourSpace, Curve } from './colourSpace';

export interface Profile {
  /** Name that the profile gives itself; empty where it does not say. */
  name: string;
  /** Colour space of the picture's samples: "RGB ", "GRAY", "CMYK" and so on. */
  samples: string;
  /** Null where only tables say what the colours are. */
  space: ColourSpace | null;
  bytes: Uint8Array;
}

const HEADER_BYTES = 128;

/** @returns null of what is no profile of a picture's colours */
export function readProfile(bytes: Uint8Array): Profile | null {
  if (bytes.length < HEADER_BYTES + 4 || ascii(bytes, 36, 40) !== 'acsp') return null;
  const tags = new Map<string, Uint8Array>();
  const view = viewOf(bytes);
  const count = Math.min(view.getUint32(HEADER_BYTES), 200);
  for (let i = 0; i < count; i++) {
    const entry = HEADER_BYTES + 4 + 12 * i;
    if (entry + 12 > bytes.length) break;
    const from = view.getUint32(entry + 4);
    const to = from + view.getUint32(entry + 8);
    if (to <= bytes.length) tags.set(ascii(bytes, entry, entry + 4), bytes.subarray(from, to));
  }
  const samples = ascii(bytes, 16, 20);
  const isDevice = ['mntr', 'scnr', 'prtr', 'spac'].includes(ascii(bytes, 12, 16));
  if (!isDevice) return null;
  const profile: Profile = { name: nameOf(tags.get('desc')), samples, space: null, bytes };
  // Where there is a table, it is what the profile's maker meant.
  const hasTable = tags.has('A2B0') || tags.has('A2B1');
  if (!hasTable && samples === 'RGB ') profile.space = rgbSpace(tags);
  if (!hasTable && samples === 'GRAY') profile.space = greySpace(tags);
  return profile.space || hasTable ? profile : null;
}

function rgbSpace(tags: ReadonlyMap<string, Uint8Array>): ColourSpace | null {
  const [r, g, b] = ['rXYZ', 'gXYZ', 'bXYZ'].map((name) => xyzOf(tags.get(name)));
  const curves = ['rTRC', 'gTRC', 'bTRC'].map((name) => curveOf(tags.get(name)));
  if (!r || !g || !b || !curves.every((curve) => curve !== null)) return null;
  return {
    curves: curves as [Curve, Curve, Curve],
    toXyz: [r[0], g[0], b[0], r[1], g[1], b[1], r[2], g[2], b[2]],
  };
}

/** Grey is light of white, in any three equal parts of it. */
function greySpace(tags: ReadonlyMap<string, Uint8Array>): ColourSpace | null {
  const curve = curveOf(tags.get('kTRC'));
  if (!curve) return null;
  const third = [0.9642 / 3, 1 / 3, 0.8249 / 3];
  return { curves: [curve, curve, curve], toXyz: third.flatMap((value) => [value, value, value]) };
}

const fixed = (view: DataView, at: number) => view.getInt32(at) / 65536;

function xyzOf(tag: Uint8Array | undefined): number[] | null {
  if (!tag || tag.length < 20) return null;
  const view = viewOf(tag);
  return [fixed(view, 8), fixed(view, 12), fixed(view, 16)];
}

/** `curv`: a power, or samples with straight lines between them; `para`: one of five formulas. */
function curveOf(tag: Uint8Array | undefined): Curve | null {
  if (!tag || tag.length < 12) return null;
  const view = viewOf(tag);
  const type = ascii(tag, 0, 4);
  if (type === 'curv') {
    const count = view.getUint32(8);
    if (count === 0) return (v) => v;
    if (tag.length < 12 + 2 * count) return null;
    if (count === 1) {
      const exponent = view.getUint16(12) / 256;
      return (v) => v ** exponent;
    }
    return (v) => {
      const at = v * (count - 1);
      const below = Math.min(Math.floor(at), count - 2);
      const [low, high] = [view.getUint16(12 + 2 * below), view.getUint16(14 + 2 * below)];
      return (low + (at - below) * (high - low)) / 65535;
    };
  }
  if (type !== 'para') return null;
  const kind = view.getUint16(8);
  const wanted = [1, 3, 4, 5, 7][kind];
  if (wanted === undefined || tag.length < 12 + 4 * wanted) return null;
  const [g, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = Array.from({ length: wanted }, (_, i) =>
    fixed(view, 12 + 4 * i),
  );
  const raised = (v: number) => Math.max(0, a * v + b) ** g;
  switch (kind) {
    case 0:
      return raised;
    case 1:
      return (v) => (v >= -b / a ? raised(v) : 0);
    case 2:
      return (v) => (v >= -b / a ? raised(v) + c : c);
    case 3:
      return (v) => (v >= d ? raised(v) : c * v);
    default:
      return (v) => (v >= d ? raised(v) + e : c * v + f);
  }
}

/** The description: ASCII (version 2), or the first of several languages (version 4). */
function nameOf(tag: Uint8Array | undefined): string {
  if (!tag || tag.length < 12) return '';
  const view = viewOf(tag);
  let name = '';
  const type = ascii(tag, 0, 4);
  if (type === 'desc') name = ascii(tag, 12, 12 + Math.min(view.getUint32(8), 200));
  if (type === 'mluc' && tag.length >= 28) {
    const from = view.getUint32(24);
    const to = Math.min(from + Math.min(view.getUint32(20), 400), tag.length) & ~1;
    for (let at = from; at + 2 <= to; at += 2) name += String.fromCharCode(view.getUint16(at));
  }
  // It is shown: no control characters, and not a page of them.
  return name
    .split('\0')[0]
    .replace(/[^\P{C}]/gu, '')
    .trim()
    .slice(0, 60);
}
