/** The part of the package that is used here; it brings no types of its own. */
declare module 'lcms-wasm' {
  export const TYPE_RGB_8: number;
  export const TYPE_CMYK_8_REV: number;
  export const INTENT_PERCEPTUAL: number;

  /** Handles are addresses; 0 means failure. */
  export interface LittleCms {
    cmsOpenProfileFromMem(bytes: Uint8Array, length: number): number;
    cmsCreate_sRGBProfile(): number;
    cmsCloseProfile(profile: number): void;
    cmsCreateTransform(
      input: number,
      inputType: number,
      output: number,
      outputType: number,
      intent: number,
      flags: number,
    ): number;
    cmsDoTransform(transform: number, pixels: Uint8Array, count: number): Uint8Array;
  }

  export function instantiate(): Promise<LittleCms>;
}
