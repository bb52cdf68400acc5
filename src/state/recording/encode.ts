/** Pictures of a recording, encoded by the browser. */
import { InspectorError } from '../../errors';
import type { RecordedPixels } from '../../formats/recording/pictures';

/**
 * As WebP where the browser writes that (Chromium, Firefox), else as PNG, which is larger and exact.
 * @param quality 0 to 1
 */
export async function encodePicture(
  { width, height, data }: RecordedPixels,
  quality: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) {
    throw new InspectorError(
      'internal',
      'The browser gave no canvas to write pictures with.',
      'Reload the page.',
    );
  }
  context.putImageData(new ImageData(data, width, height), 0, 0);
  const blob = await canvas.convertToBlob({ type: 'image/webp', quality });
  return new Uint8Array(await blob.arrayBuffer());
}
