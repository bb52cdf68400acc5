/** A sweep as an animated GIF. The encoder is loaded with the first one. */
import { importPatiently } from '@/common/importing';
import { requireTrueCanvas } from '@/session/pictures/canvasProof';
import { type Frame, type FrameWords, frameDrawer, framePixels } from './ExportFrames';

/** Duration of each frame but the last, milliseconds. */
export const FRAME_MILLISECONDS = 160;
/** The last frame stays, so that the end is seen. */
export const LAST_MILLISECONDS = 1200;

/** A GIF holds 256 colours a frame. */
const COLOURS = 256;

/** @throws InspectorError where the browser gives noise for a canvas; the signal's reason */
export async function encodeGif(
  frames: readonly Frame[],
  words: FrameWords,
  signal: AbortSignal,
): Promise<Blob> {
  requireTrueCanvas();
  const { GIFEncoder, quantize, applyPalette } = await importPatiently(() => import('gifenc'));
  const drawer = frameDrawer(frames, words);
  const canvas = new OffscreenCanvas(drawer.width, drawer.height);
  const gif = GIFEncoder();
  for (const [index, frame] of frames.entries()) {
    // Others have their turn between two frames.
    await new Promise((resolve) => setTimeout(resolve));
    signal.throwIfAborted();
    const { data, width, height } = await framePixels(drawer, canvas, frame);
    const palette = quantize(data, COLOURS);
    gif.writeFrame(applyPalette(data, palette), width, height, {
      palette,
      delay: index === frames.length - 1 ? LAST_MILLISECONDS : FRAME_MILLISECONDS,
    });
  }
  gif.finish();
  return new Blob([gif.bytes()], { type: 'image/gif' });
}
