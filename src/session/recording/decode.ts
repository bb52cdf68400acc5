/** Pictures of a recording, decoded by the browser. */

import { importPatiently } from '@/common/importing';
import { lookAtFile } from '@/formats/picture';
import { unreadable } from '@/formats/recording/field';
import type { RecordedPixels } from '@/formats/recording/pictures';
import { canvasIsTrue } from '../pictures/canvasProof';

/**
 * Decodes a picture that must have this size; its numbers are taken as they are, without any colour management. The size is
 * read before the pixels are: a small file may hold a picture that fills the memory.
 * @throws InspectorError `bad-file`
 */
export async function decodePicture(
  bytes: Uint8Array<ArrayBuffer>,
  width: number,
  height: number,
): Promise<RecordedPixels> {
  const facts = lookAtFile(bytes);
  if (facts.width !== width || facts.height !== height) {
    throw unreadable(
      `one of its pictures has ${facts.width} x ${facts.height} pixels instead of ${width} x ${height}.`,
    );
  }
  if (!canvasIsTrue()) {
    const { numbersByLibrary } = await importPatiently(() => import('../pictures/libraryPicture'));
    const { data } = await numbersByLibrary(bytes).catch(() => {
      throw unreadable('this browser cannot decode one of its pictures.');
    });
    return { width, height, data: new Uint8ClampedArray(data) };
  }
  const bitmap = await createImageBitmap(new Blob([bytes]), {
    premultiplyAlpha: 'none',
    colorSpaceConversion: 'none',
  }).catch(() => {
    throw unreadable('this browser cannot decode one of its pictures.');
  });
  try {
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    if (!context) throw unreadable('the browser gave no canvas to read its pictures with.');
    context.drawImage(bitmap, 0, 0);
    return { width, height, data: context.getImageData(0, 0, width, height).data };
  } finally {
    bitmap.close();
  }
}
