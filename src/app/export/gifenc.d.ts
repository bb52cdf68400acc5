/** The part of gifenc that is used; it comes without types. */
declare module 'gifenc' {
  /** Colours as `[red, green, blue]`. */
  export type GifPalette = number[][];
  export function GIFEncoder(): {
    writeFrame(
      index: Uint8Array,
      width: number,
      height: number,
      options: { palette: GifPalette; delay: number },
    ): void;
    finish(): void;
    bytes(): Uint8Array<ArrayBuffer>;
  };
  /** @param rgba straight RGBA */
  export function quantize(rgba: Uint8ClampedArray, colours: number): GifPalette;
  export function applyPalette(rgba: Uint8ClampedArray, palette: GifPalette): Uint8Array;
}
