/**
 * Tests whether what a page reads back from a canvas is what was drawn. Browsers may answer with noise, so that nobody tells
 * visitors apart by how their computer draws: Firefox with `privacy.resistFingerprinting` gives random pixels.
 */
import { InspectorError } from '@/common/errors';

/** Side of the pattern: noise in a few pixels in a hundred is seen in it as well. */
const SIDE = 64;

let proven = false;

/** Draws a known pattern and reads it back, a fraction of a millisecond; a success is remembered, as visitors may allow it later. */
export function canvasIsTrue(): boolean {
  proven ||= isReadTruly();
  return proven;
}

function isReadTruly(): boolean {
  const pattern = new ImageData(SIDE, SIDE);
  const { data } = pattern;
  // No two neighbours are alike, and no value is preferred.
  for (let at = 0; at < data.length; at++) data[at] = at % 4 === 3 ? 255 : (at * 167 + (at >> 8) * 59) & 255;
  try {
    const drawn = contextOf(SIDE);
    drawn.putImageData(pattern, 0, 0);
    // On the way of pictures, from a bitmap.
    const bitmap = drawn.canvas.transferToImageBitmap();
    const read = contextOf(SIDE);
    read.drawImage(bitmap, 0, 0);
    bitmap.close();
    const found = read.getImageData(0, 0, SIDE, SIDE).data;
    return found.length === data.length && found.every((value, at) => value === data[at]);
  } catch {
    return false;
  }
}

function contextOf(side: number): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(side, side).getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('The browser gave no canvas.');
  return context;
}

/** The source of the noise, as sentences name it. */
export const SETTING = 'in Firefox the setting privacy.resistFingerprinting';

const ALLOW = 'Let this page read canvases (the sign in the address bar), or turn that setting off for it.';

/**
 * Refuses to write a drawing to a file where it would not be true; to be asked before.
 * @throws InspectorError `bad-option` where the file would hold noise
 */
export function requireTrueCanvas(): void {
  if (canvasIsTrue()) return;
  throw new InspectorError(
    'bad-option',
    `This browser gives pages noise instead of what they have drawn (${SETTING}), so no picture can be saved.`,
    ALLOW,
  );
}

/** The error for something drawn already, which only a canvas could read. */
export function unreadableDrawing(): InspectorError {
  return new InspectorError(
    'bad-image',
    `This browser gives pages noise instead of the pixels of a drawing (${SETTING}).`,
    `Choose a JPEG, PNG or WebP file: these are read without it. ${ALLOW}`,
  );
}
