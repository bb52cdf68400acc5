/** A sweep as a WebM video, by the browser's own recorder: it takes as long as the video lasts. */
import { requireTrueCanvas } from '@/session/pictures/canvasProof';
import { drawingLost, isDrawn } from '@/session/pictures/takeDrawn';
import { type Frame, type FrameWords, frameDrawer } from './ExportFrames';
import { FRAME_MILLISECONDS, LAST_MILLISECONDS } from './ExportGif';

const TYPE = 'video/webm';
/** Enough that what is to be seen are the decoder's pixels and not the codec's. */
const BITS_PER_SECOND = 16e6;

/** Recordings that lose their drawing, until it is given up. */
const ATTEMPTS = 3;

/** Tells whether this browser can make one; Safari cannot. */
export function canRecordWebm(): boolean {
  return typeof MediaRecorder !== 'undefined' && MediaRecorder.isTypeSupported(TYPE);
}

/** @throws InspectorError where the browser gives noise for a canvas; the signal's reason; Error where the browser's recorder fails */
export async function encodeWebm(
  frames: readonly Frame[],
  words: FrameWords,
  signal: AbortSignal,
): Promise<Blob> {
  requireTrueCanvas();
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const video = await recorded(frames, words, signal);
    if (video) return video;
  }
  throw drawingLost();
}

/** Null where the drawing was lost on the way: the video then has blank frames. */
async function recorded(
  frames: readonly Frame[],
  words: FrameWords,
  signal: AbortSignal,
): Promise<Blob | null> {
  const drawer = frameDrawer(frames, words);
  const canvas = document.createElement('canvas');
  canvas.width = drawer.width;
  canvas.height = drawer.height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  let whole = true;
  if (!context) throw new Error('The browser gave no canvas.');
  const stream = canvas.captureStream();
  const recorder = new MediaRecorder(stream, { mimeType: TYPE, videoBitsPerSecond: BITS_PER_SECOND });
  const pieces: Blob[] = [];
  recorder.addEventListener('dataavailable', ({ data }) => pieces.push(data));
  const stopped = new Promise<void>((resolve, reject) => {
    recorder.addEventListener('stop', () => resolve());
    recorder.addEventListener('error', () => reject(new Error('The recorder failed.')));
  });
  try {
    recorder.start();
    for (const [index, frame] of frames.entries()) {
      signal.throwIfAborted();
      drawer.draw(context, frame);
      await pause(index === frames.length - 1 ? LAST_MILLISECONDS : FRAME_MILLISECONDS);
      whole = isDrawn(context);
      if (!whole) break;
    }
  } finally {
    recorder.stop();
    for (const track of stream.getTracks()) track.stop();
  }
  await stopped;
  if (!whole) return null;
  return new Blob(pieces, { type: TYPE });
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
