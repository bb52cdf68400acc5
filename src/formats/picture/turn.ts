/** Turning pictures as EXIF says: orientations 1 to 8, of which 5 to 8 exchange width and height. */
import type { Rgba } from '@/latent/pixels';

export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Places at which the pixel (x, y) of the turned picture lies in the stored one, of `w` x `h` pixels. */
const SOURCES: readonly ((x: number, y: number, w: number, h: number) => [x: number, y: number])[] = [
  (x, y) => [x, y],
  (x, y, w) => [w - 1 - x, y],
  (x, y, w, h) => [w - 1 - x, h - 1 - y],
  (x, y, _, h) => [x, h - 1 - y],
  (x, y) => [y, x],
  (x, y, _, h) => [y, h - 1 - x],
  (x, y, w, h) => [w - 1 - y, h - 1 - x],
  (x, y, w) => [w - 1 - y, x],
];

export function turnedSize<T extends { width: number; height: number }>(
  { width, height }: T,
  orientation: number,
): { width: number; height: number } {
  return orientation >= 5 ? { width: height, height: width } : { width, height };
}

/** The rectangle of the stored picture that holds a rectangle of the turned one. */
export function storedRectangle(
  { x, y, width, height }: Rectangle,
  stored: { width: number; height: number },
  orientation: number,
): Rectangle {
  const source = SOURCES[orientation - 1];
  const [x0, y0] = source(x, y, stored.width, stored.height);
  const [x1, y1] = source(x + width - 1, y + height - 1, stored.width, stored.height);
  return {
    x: Math.min(x0, x1),
    y: Math.min(y0, y1),
    width: Math.abs(x1 - x0) + 1,
    height: Math.abs(y1 - y0) + 1,
  };
}

/** A picture, or a part of one, turned. */
export function turned(stored: Rgba, orientation: number): Rgba {
  if (orientation === 1) return stored;
  const { width, height } = turnedSize(stored, orientation);
  const source = SOURCES[orientation - 1];
  const at = (x: number, y: number) => {
    const [column, row] = source(x, y, stored.width, stored.height);
    return row * stored.width + column;
  };
  const first = at(0, 0);
  // Steps are the same everywhere: the mapping is linear.
  const across = width > 1 ? at(1, 0) - first : 0;
  const down = height > 1 ? at(0, 1) - first : 0;
  const from = new Uint32Array(stored.data.buffer, stored.data.byteOffset, stored.width * stored.height);
  const data = new Uint8ClampedArray(4 * width * height);
  const to = new Uint32Array(data.buffer);
  for (let y = 0, next = 0; y < height; y++) {
    for (let x = 0, pixel = first + y * down; x < width; x++, pixel += across) to[next++] = from[pixel];
  }
  return { width, height, data };
}
