/** Work on pixels once they are decoded, after the decision in `reading.ts`. */
import type { Rgba } from '@/latent/pixels';
import type { PictureReading } from './reading';

/** Puts black into the place of alpha, and makes light of the colours: what a converter of CMYK takes. In place. */
export function withBlack(colours: Rgba['data'], black: Rgba['data'], colourIsInk: boolean): void {
  for (let at = 0; at < colours.length; at += 4) {
    if (colourIsInk) {
      for (let k = 0; k < 3; k++) colours[at + k] = 255 - colours[at + k];
    }
    colours[at + 3] = black[at + 2];
  }
}

/** The decoded frame laid on a transparent canvas of the whole picture's size. */
export function onCanvas(frame: Rgba, canvas: NonNullable<PictureReading['canvas']>): Rgba {
  const { width, height } = canvas;
  const data = new Uint8ClampedArray(4 * width * height);
  const columns = Math.min(frame.width, width - canvas.frame.x);
  const rows = Math.min(frame.height, height - canvas.frame.y);
  for (let row = 0; row < rows && columns > 0; row++) {
    const from = 4 * row * frame.width;
    const to = 4 * ((canvas.frame.y + row) * width + canvas.frame.x);
    data.set(frame.data.subarray(from, from + 4 * columns), to);
  }
  return { width, height, data };
}

/** Each pixel as a block of `times` x `times`. */
export function enlarged({ width, height, data }: Rgba, times: number): Rgba {
  const words = new Uint32Array(data.slice().buffer);
  const large = new Uint32Array(width * times * height * times);
  for (let at = 0; at < large.length; at++) {
    const [row, col] = [Math.floor(at / (width * times)), at % (width * times)];
    large[at] = words[Math.floor(row / times) * width + Math.floor(col / times)];
  }
  return { width: width * times, height: height * times, data: new Uint8ClampedArray(large.buffer) };
}

/** Side of the last block of a JPEG that is looked at. */
export const CORNER = 8;

/** Tells whether a JPEG's last block is the grey that decoders leave where data are missing: all samples in the middle. */
export function isMissingGrey(corner: Rgba['data']): boolean {
  for (let at = 0; at < corner.length; at += 4) {
    for (let k = 0; k < 3; k++) if (corner[at + k] !== 128) return false;
  }
  return corner.length > 0;
}
