/** Paintings and frames as PNG. */

import { enlarged } from '@/formats/picture/pixels';
import { encodePng } from '@/formats/picture/png';
import { canvasIsTrue } from '@/session/pictures/canvasProof';
import { takeDrawn } from '@/session/pictures/takeDrawn';
import type { MapFigure } from '../experiments/figures';

/** Cells are enlarged by whole pixels until the image is at least this wide. */
const LEAST_WIDTH = 512;

/** The bare image of a figure: pictures pixel by pixel, maps of cells enlarged by a whole number of pixels. */
export async function barePng({ painting, crisp }: MapFigure): Promise<Blob> {
  const { width, height } = painting;
  const image = new ImageData(width, height);
  painting.paint(image);
  const times = crisp ? Math.max(1, Math.ceil(LEAST_WIDTH / width)) : 1;
  if (!canvasIsTrue()) return new Blob([await encodePng(enlarged(image, times))], { type: 'image/png' });
  const small = new OffscreenCanvas(width, height);
  const drawn = contextOf(small);
  const large = crisp ? new OffscreenCanvas(width * times, height * times) : small;
  const context = contextOf(large);
  return takeDrawn(
    context,
    () => {
      drawn.putImageData(image, 0, 0);
      if (large === small) return;
      context.imageSmoothingEnabled = false;
      context.drawImage(small, 0, 0, large.width, large.height);
    },
    () => large.convertToBlob({ type: 'image/png' }),
  );
}

/** @throws Error where the browser gives no canvas */
export function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('The browser gave no canvas.');
  return context;
}
