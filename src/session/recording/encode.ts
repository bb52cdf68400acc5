/** Pictures of a recording, encoded by the browser. */

import { InspectorError } from '@/common/errors';
import { encodePng } from '@/formats/picture/png';
import type { RecordedPixels } from '@/formats/recording/pictures';
import { canvasIsTrue } from '../pictures/canvasProof';
import { takeDrawn } from '../pictures/takeDrawn';

/**
 * Writes WebP where the browser does (Chromium, Firefox), else PNG, which is larger and exact; that, too, where a canvas gives
 * noise instead of what was drawn.
 * @param quality 0 to 1
 */
export async function encodePicture(
  { width, height, data }: RecordedPixels,
  quality: number,
): Promise<Uint8Array<ArrayBuffer>> {
  if (!canvasIsTrue()) return encodePng({ width, height, data });
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) {
    throw new InspectorError(
      'internal',
      'The browser gave no canvas to write pictures with.',
      'Close other pages, then try again.',
    );
  }
  const blob = await takeDrawn(
    context,
    () => context.putImageData(new ImageData(data, width, height), 0, 0),
    () => canvas.convertToBlob({ type: 'image/webp', quality }),
  );
  return new Uint8Array(await blob.arrayBuffer());
}
