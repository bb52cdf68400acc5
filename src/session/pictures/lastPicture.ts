/** The picture that was read last, so that another size or model does not read it again. */
import { InspectorError } from '@/common/errors';
import type { Context } from '../context';
import { LatentSource } from './latents';
import type { PictureSource } from './pictures';

/** A starting picture's id, an address, a visitor's own, or a latent in its place. */
export type PictureInput = string | Blob | ImageBitmapSource | LatentSource;

export class LastPicture {
  private read: { from: PictureInput; source: PictureSource } | null = null;

  /** @param open tells the picture that is open, which belongs to others and is never closed here */
  constructor(
    private readonly context: Context,
    private readonly open: () => PictureSource | undefined,
  ) {}

  /**
   * Reads a picture, unless it is the last one.
   * @throws InspectorError as the reader of pictures does; `not-found` for an empty text; the signal's reason
   */
  async get(picture: PictureInput, signal: AbortSignal): Promise<PictureSource> {
    if (picture === '') {
      throw new InspectorError('not-found', 'No picture is chosen.', 'Choose a picture.');
    }
    if (this.read?.from === picture) return this.read.source;
    if (picture instanceof LatentSource) {
      this.remember(picture, picture);
      return picture;
    }
    const reading = this.context.activities.begin('Reading the picture');
    const source = await this.context.readPicture(picture, signal).finally(reading.end);
    if (signal.aborted) {
      source.close();
      signal.throwIfAborted();
    }
    this.remember(picture, source);
    return source;
  }

  /** Takes this one for the last, and lets go of the one before. */
  remember(from: PictureInput, source: PictureSource): void {
    this.forget();
    this.read = { from, source };
  }

  holds(source: PictureSource): boolean {
    return this.read?.source === source;
  }

  forget(): void {
    if (this.read && this.read.source !== this.open()) this.read.source.close();
    this.read = null;
  }
}

/** Tells whether the same object may hold another picture later: a canvas, a video or an image element. */
export function mayChange(picture: PictureInput): boolean {
  return typeof picture !== 'string' && !(picture instanceof Blob) && !(picture instanceof LatentSource);
}
