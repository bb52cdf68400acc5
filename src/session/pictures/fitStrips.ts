/** Fits a picture to a size strip by strip, so that the page goes on meanwhile. */
import type { Pixels } from '@/engine/protocol';
import { type Crop, pictureNotices } from '@/formats/picture';
import type { Rectangle } from '@/formats/picture/turn';
import { SquareResampler } from '@/formats/resample';

/** Pixels that are read and resampled between two looks at the clock: a few milliseconds on a slow machine. */
const STRIP_PIXELS = 1 << 15;
/** Fraction of the work of fitting that is reading and resampling along the rows; the rest is along the columns. */
const READING = 0.9;
/** A step on the main thread may take this long before others have their turn, ms. */
const STEP = 12;

/** Rows of a strip of a square with this side. */
export function stripRows(side: number): number {
  return Math.min(side, Math.max(1, Math.floor(STRIP_PIXELS / side)));
}

export interface FitOptions {
  /** Full sentences on the picture. */
  notices: readonly string[];
  signal?: AbortSignal | undefined;
  onProgress?: ((fraction: number) => void) | undefined;
}

/**
 * @param size of the result, pixels
 * @param readStrip straight RGBA of a rectangle of the upright picture, `stripRows(crop.side)` rows at most
 */
export async function fitStrips(
  crop: Crop,
  size: number,
  readStrip: (rectangle: Rectangle) => Uint8ClampedArray,
  { notices, signal, onProgress }: FitOptions,
): Promise<{ pixels: Pixels; notices: string[] }> {
  const resampler = new SquareResampler(crop.side, size);
  const rows = stripRows(crop.side);
  const pause = pauses(signal);
  for (let from = 0; from < crop.side; from += rows) {
    await pause();
    onProgress?.((READING * from) / crop.side);
    const height = Math.min(rows, crop.side - from);
    resampler.push(readStrip({ x: crop.x, y: crop.y + from, width: crop.side, height }));
  }
  const data = new Uint8ClampedArray(size * size * 4);
  const outputRows = 8;
  for (let from = 0; from < size; from += outputRows) {
    await pause();
    onProgress?.(READING + ((1 - READING) * from) / size);
    data.set(resampler.finish(from, Math.min(size, from + outputRows)), from * size * 4);
  }
  const { transparent } = resampler;
  return {
    pixels: { width: size, height: size, data },
    notices: pictureNotices(notices, { side: crop.side, size, transparent }),
  };
}

/** Gives way to clicks and frames when a step has taken long enough; throws when the work is no longer wanted. */
export function pauses(signal?: AbortSignal): () => Promise<void> {
  let began = performance.now();
  return async () => {
    signal?.throwIfAborted();
    if (performance.now() - began < STEP) return;
    await new Promise((resolve) => setTimeout(resolve));
    signal?.throwIfAborted();
    began = performance.now();
  };
}
