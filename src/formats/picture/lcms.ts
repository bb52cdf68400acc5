/** Colour profiles that hold tables (CMYK, scanners), through Little CMS: loaded with the first of them. */

import type { ProfileEngine } from './colour';
import type { Converter } from './colourSpace';

/** Pixels that are converted at once. */
const PIECE = 1 << 16;

let engine: Promise<ProfileEngine> | null = null;

/** @throws whatever loading it throws; the next call tries again */
export function loadProfileEngine(): Promise<ProfileEngine> {
  engine ??= load().catch((error) => {
    engine = null;
    throw error;
  });
  return engine;
}

async function load(): Promise<ProfileEngine> {
  const lib = await import('lcms-wasm');
  const lcms = await lib.instantiate();
  return (bytes, samples) => {
    const profile = lcms.cmsOpenProfileFromMem(bytes, bytes.length);
    if (!profile) return null;
    const srgb = lcms.cmsCreate_sRGBProfile();
    const isCmyk = samples === 'CMYK';
    // Light of an ink is the reverse of the ink.
    const from = isCmyk ? lib.TYPE_CMYK_8_REV : lib.TYPE_RGB_8;
    const transform = lcms.cmsCreateTransform(profile, from, srgb, lib.TYPE_RGB_8, lib.INTENT_PERCEPTUAL, 0);
    lcms.cmsCloseProfile(profile);
    lcms.cmsCloseProfile(srgb);
    if (!transform) return null;
    const channels = isCmyk ? 4 : 3;
    return ((pixels) => {
      for (let first = 0; first < pixels.length; first += 4 * PIECE) {
        const piece = pixels.subarray(first, first + 4 * PIECE);
        const count = piece.length / 4;
        const given = isCmyk ? Uint8Array.from(piece) : new Uint8Array(channels * count);
        if (!isCmyk) {
          for (let i = 0; i < count; i++) for (let k = 0; k < 3; k++) given[3 * i + k] = piece[4 * i + k];
        }
        const made = lcms.cmsDoTransform(transform, given, count);
        for (let i = 0; i < count; i++) {
          for (let k = 0; k < 3; k++) piece[4 * i + k] = made[3 * i + k];
          if (isCmyk) piece[4 * i + 3] = 255;
        }
      }
    }) satisfies Converter;
  };
}
