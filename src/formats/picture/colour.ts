/** Colours that a file's numbers stand for, and their conversion to sRGB: the same on the page and on the command line. */
import { viewOf } from './bytes';
import {
  CHROMATICITIES,
  type Chromaticities,
  type ColourSpace,
  type Converter,
  type Curve,
  changesNothing,
  displayCurve,
  power,
  primariesToXyz,
  srgbCurve,
  toSrgb,
} from './colourSpace';
import { readProfile } from './icc';
import type { Png } from './png';

export interface Colour {
  /** Colour space that the samples are converted from; null: they are sRGB, or nothing says what they are. */
  from: ColourSpace | null;
  /** A profile that is left to the library. */
  profile: Uint8Array | null;
  /** Four components: cyan, magenta, yellow and black, as light. */
  isCmyk: boolean;
  /** Full sentences; of a conversion only where it changes something. */
  notices: string[];
}

export const SRGB: Colour = { from: null, profile: null, isCmyk: false, notices: [] };

/** Makes a converter of a profile: RGBA, or CMYK as light, to sRGB in place. Null where the profile cannot be used. */
export type ProfileEngine = (profile: Uint8Array, samples: 'RGB' | 'CMYK') => Converter | null;

/** @throws whatever loading the engine throws */
export async function converterOf(
  colour: Colour,
  loadEngine: () => Promise<ProfileEngine>,
): Promise<{ convert: Converter | null; notices: string[] }> {
  const { from, profile, isCmyk, notices } = colour;
  if (from) return { convert: toSrgb(from), notices };
  if (profile) {
    const convert = (await loadEngine())(profile, isCmyk ? 'CMYK' : 'RGB');
    if (convert) return { convert, notices };
    return { convert: isCmyk ? withoutProfile : null, notices: [UNREADABLE] };
  }
  return { convert: isCmyk ? withoutProfile : null, notices };
}

/** Light of each ink times light of black, as browsers have it. */
const withoutProfile: Converter = (cmyk) => {
  for (let at = 0; at < cmyk.length; at += 4) {
    const black = cmyk[at + 3] / 255;
    for (let k = 0; k < 3; k++) cmyk[at + k] = Math.round(cmyk[at + k] * black);
    cmyk[at + 3] = 255;
  }
};

const UNREADABLE = 'Its colour profile cannot be read and was not applied.';

function ofSpace(space: ColourSpace, notice: string): Colour {
  return changesNothing(toSrgb(space)) ? SRGB : { ...SRGB, from: space, notices: [notice] };
}

/** @param samples what the file holds; a profile of another kind is not applied */
export function colourOfProfile(bytes: Uint8Array | null, samples: 'grey' | 'RGB' | 'CMYK'): Colour {
  const isCmyk = samples === 'CMYK';
  if (!bytes) {
    const notices = isCmyk
      ? ['It is a CMYK picture without a colour profile: its colours are approximate.']
      : [];
    return { ...SRGB, isCmyk, notices };
  }
  const profile = readProfile(bytes);
  if (!profile) return { ...SRGB, isCmyk, notices: [UNREADABLE] };
  const name = profile.name || 'a profile of its own';
  // Grey samples are equal parts of a profile's three colours.
  const fits = isCmyk
    ? profile.samples === 'CMYK'
    : profile.samples === 'RGB ' || (samples === 'grey' && profile.samples === 'GRAY');
  if (!fits) {
    const notices = [`Its colour profile (${name}) is of another kind of picture and was not applied.`];
    return { ...SRGB, isCmyk, notices };
  }
  const notice = `Its colours were converted from ${isCmyk ? 'CMYK ' : ''}${isCmyk ? `(${name})` : name} to sRGB.`;
  if (profile.space && !isCmyk) return ofSpace(profile.space, notice);
  if (profile.samples === 'GRAY') return { ...SRGB, notices: [UNREADABLE] };
  return { ...SRGB, profile: bytes, isCmyk, notices: [notice] };
}

/**
 * PNG, third edition, 4.3: `cICP` goes before `iCCP`, that before `sRGB`, and that before `gAMA` with `cHRM`.
 * @param profile the inflated profile of `iCCP`; null where there is none, or it cannot be inflated
 * @returns the colour, or the name of a kind of brightness that 255 levels do not hold
 */
export function colourOfPng({ chunks, colourType }: Png, profile: Uint8Array | null): Colour | 'PQ' | 'HLG' {
  const code = chunks.get('cICP');
  const coded =
    code && code.length >= 4 && code[2] === 0 && code[3] === 1 ? codedSpace(code[0], code[1]) : null;
  if (coded) return typeof coded === 'string' ? coded : ofSpace(coded, converted('cICP'));
  if (chunks.has('iCCP')) {
    if (!profile) return { ...SRGB, notices: [UNREADABLE] };
    return colourOfProfile(profile, colourType === 0 || colourType === 4 ? 'grey' : 'RGB');
  }
  if (chunks.has('sRGB')) return SRGB;
  const gamma = gammaOf(chunks.get('gAMA'));
  if (gamma === null) return SRGB;
  const xy = chromaticitiesOf(chunks.get('cHRM'));
  const toXyz = xy && primariesToXyz(xy);
  // Alone, this value is how old programs said sRGB.
  if (!toXyz && gamma === SRGB_GAMMA) return SRGB;
  const curve = power(100000 / gamma);
  return ofSpace(
    { curves: [curve, curve, curve], toXyz: toXyz ?? primariesToXyz(CHROMATICITIES.sRGB)! },
    converted(toXyz ? 'gAMA and cHRM' : 'gAMA'),
  );
}

const SRGB_GAMMA = 45455;

const converted = (chunks: string) =>
  `Its colours were converted to sRGB as its ${chunks} chunk${chunks.includes(' ') ? 's say' : ' says'}; programs such as Pillow leave them.`;

/** @returns the exponent of the file's samples, times 100,000; null where there is none that makes sense */
function gammaOf(chunk: Uint8Array | undefined): number | null {
  if (!chunk || chunk.length < 4) return null;
  const value = viewOf(chunk).getUint32(0);
  return value >= 1000 && value <= 1_000_000 ? value : null;
}

function chromaticitiesOf(chunk: Uint8Array | undefined): Chromaticities | null {
  if (!chunk || chunk.length < 32) return null;
  const view = viewOf(chunk);
  return Array.from({ length: 8 }, (_, i) => view.getUint32(4 * i) / 100_000) as unknown as Chromaticities;
}

/** ITU-T H.273: primaries and transfer by number; null of those that pictures do not use. */
function codedSpace(primaries: number, transfer: number): ColourSpace | 'PQ' | 'HLG' | null {
  if (transfer === 16) return 'PQ';
  if (transfer === 18) return 'HLG';
  const xy = ({ 1: 'sRGB', 9: 'Rec. 2020', 12: 'P3' } as const)[primaries];
  const curves: Record<number, Curve> = {
    1: displayCurve,
    4: power(2.2),
    5: power(2.8),
    6: displayCurve,
    8: (v) => v,
    13: srgbCurve,
    14: displayCurve,
    15: displayCurve,
  };
  const curve = curves[transfer];
  if (!xy || !curve) return null;
  return { curves: [curve, curve, curve], toXyz: primariesToXyz(CHROMATICITIES[xy])! };
}
