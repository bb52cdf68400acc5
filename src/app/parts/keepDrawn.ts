/**
 * Canvases that stay drawn: a browser whose graphics process dies empties them, and says so with `contextrestored` once they can
 * be drawn on again. Whatever the page shows on a canvas is drawn through here.
 */

/** The image of each canvas, asked for again when the canvas was emptied. */
const shown = new WeakMap<HTMLCanvasElement, () => ImageData>();

/** Draws an image on a canvas, which takes its size, and draws it again whenever the browser has emptied the canvas. */
export function keepDrawn(canvas: HTMLCanvasElement, image: () => ImageData): void {
  if (!shown.has(canvas)) canvas.addEventListener('contextrestored', () => draw(canvas));
  shown.set(canvas, image);
  draw(canvas);
}

function draw(canvas: HTMLCanvasElement): void {
  const image = shown.get(canvas)?.();
  if (!image) return;
  if (canvas.width !== image.width) canvas.width = image.width;
  if (canvas.height !== image.height) canvas.height = image.height;
  // Drawn by the processor only: kept in ordinary memory, it needs no way to the graphics card and back.
  canvas.getContext('2d', { willReadFrequently: true })?.putImageData(image, 0, 0);
}
