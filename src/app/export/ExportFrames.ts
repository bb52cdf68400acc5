/** A sweep's decodes as frames: each picture with its caption burnt in beneath. */
import { takeDrawn } from '@/session/pictures/takeDrawn';
import type { SeriesDecode } from '@/session/types';
import { levels } from '../parts/format';
import { contextOf } from './ExportImage';
import { wrapped } from './ExportSheet';

export interface Frame {
  strength: number;
  decode: SeriesDecode;
}

/** Words that every frame of a sweep carries beside its own numbers. */
export interface FrameWords {
  /** "row 1, column 1" or "3 cells". */
  cells: string;
  /** Model, picture, version. */
  foot: string;
}

const INK = '#18181b';
const MUTED = '#5a5a64';

/** The strength, and how far the far picture moved, beside the same change at the control cell; in levels of 255. */
export function frameCaption({ strength, decode }: Frame, cells: string): string {
  const head = `${strength.toFixed(2)} of the change at ${cells}`;
  if (strength === 0) return `${head}: the picture as it is.`;
  const { change, control } = decode;
  if (Number.isNaN(change.farRms)) {
    return `${head}: pixels near it moved by ${levels(change.nearRms)} levels of 255 (RMS); no pixel is far.`;
  }
  const moved = `far pixels moved by ${levels(change.farRms)} levels of 255 (RMS)`;
  return control
    ? `${head}: ${moved}; by ${levels(control.farRms)} for the same change at an ordinary cell.`
    : `${head}: ${moved}. No cell is far enough away to be a control.`;
}

/** Draws frames of one size: high enough for the longest caption, sides even, as encoders of video want them. */
export function frameDrawer(
  frames: readonly Frame[],
  words: FrameWords,
): {
  width: number;
  height: number;
  draw(context: OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D, frame: Frame): void;
} {
  const [first] = frames;
  if (!first) throw new Error('A sweep without frames cannot be drawn.');
  const { width, height: pictureHeight } = first.decode.pixels;
  const size = Math.max(11, Math.round(width / 34));
  const small = Math.round(0.8 * size);
  const margin = Math.round(0.7 * size);
  const inner = width - 2 * margin;
  const lines = frames.map((frame) => wrapped(frameCaption(frame, words.cells), size, inner));
  const foot = wrapped(words.foot, small, inner);
  const most = Math.max(...lines.map(({ length }) => length));
  const strip = 2 * margin + most * 1.35 * size + foot.length * 1.35 * small;
  const height = 2 * Math.ceil((pictureHeight + strip) / 2);
  return {
    width: width + (width % 2),
    height,
    draw(context, frame) {
      context.fillStyle = '#ffffff';
      context.fillRect(0, 0, width + 1, height);
      const { data } = frame.decode.pixels;
      context.putImageData(new ImageData(data, width, pictureHeight), 0, 0);
      let y = pictureHeight + margin;
      const write = (line: string, pixels: number, fill: string) => {
        y += 1.35 * pixels;
        context.font = `${pixels}px system-ui, sans-serif`;
        context.fillStyle = fill;
        context.fillText(line, margin, y - 0.35 * pixels);
      };
      for (const line of lines[frames.indexOf(frame)] ?? []) write(line, size, INK);
      y = pictureHeight + margin + most * 1.35 * size;
      for (const line of foot) write(line, small, MUTED);
    },
  };
}

/** The pixels of one frame, straight RGBA. */
export function framePixels(
  drawer: ReturnType<typeof frameDrawer>,
  canvas: OffscreenCanvas,
  frame: Frame,
): Promise<ImageData> {
  const context = contextOf(canvas);
  return takeDrawn(
    context,
    () => drawer.draw(context, frame),
    () => context.getImageData(0, 0, drawer.width, drawer.height),
  );
}
