/**
 * Drawings that are written to files. When a browser's graphics process ends, its canvases are empty from then on, and what is
 * written of them is blank: so it is looked at afterwards whether the drawing is still there, and else drawn again.
 */
import { InspectorError } from '@/common/errors';

/** A browser starts its graphics process again within a second. */
const WAITS = [300, 1000, 3000];

type Context = Pick<OffscreenCanvasRenderingContext2D, 'getImageData'> & {
  canvas: { width: number; height: number };
};

/** Tells whether two corners of a canvas are opaque, as everything is that is drawn for a file. */
export function isDrawn(context: Context): boolean {
  const { width, height } = context.canvas;
  const isOpaque = (x: number, y: number) => context.getImageData(x, y, 1, 1).data[3] === 255;
  return isOpaque(0, 0) && isOpaque(width - 1, height - 1);
}

/**
 * Returns what `take` makes of a drawing that covers its whole canvas opaquely.
 * @throws InspectorError `device-lost` where the drawing is lost again and again
 */
export async function takeDrawn<T>(
  context: Context,
  draw: () => void,
  take: () => T | Promise<T>,
  waits: readonly number[] = WAITS,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    draw();
    const taken = await take();
    if (isDrawn(context)) return taken;
    if (attempt === waits.length) throw drawingLost();
    await new Promise((resolve) => setTimeout(resolve, waits[attempt]));
  }
}

export function drawingLost(): InspectorError {
  return new InspectorError(
    'device-lost',
    'The browser lost the drawing while its file was made (its graphics process ended).',
    'Try again. Nothing else is lost.',
  );
}
