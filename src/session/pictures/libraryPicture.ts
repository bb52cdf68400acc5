/** Pictures decoded by libraries in the page: loaded only where a browser's own decoder, or what is read from a canvas, will not do. */
import jpegUrl from '@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm?url';
import pngUrl from '@jsquash/png/codec/pkg/squoosh_png_bg.wasm?url';
import webpUrl from '@jsquash/webp/codec/dec/webp_dec.wasm?url';
import { InspectorError } from '@/common/errors';
import { fetchPatiently } from '@/common/fetching';
import { type DecodedPicture, type LibraryType, PictureLibrary } from '@/formats/picture/library';
import type { Rgba } from '@/latent/pixels';
import { SETTING } from './canvasProof';

const PROGRAMS: Record<LibraryType, string> = { png: pngUrl, jpeg: jpegUrl, webp: webpUrl };

const library = new PictureLibrary(async (type) => {
  try {
    const response = await fetchPatiently(PROGRAMS[type]);
    if (!response.ok) throw new Error(`The server answered ${response.status}.`);
    return await WebAssembly.compile(await response.arrayBuffer());
  } catch (cause) {
    throw new InspectorError(
      'network',
      'What decodes this picture could not be loaded.',
      'Check the connection and choose the picture again.',
      { cause },
    );
  }
});

/** @throws InspectorError `bad-image` or `network` */
export function decodeByLibrary(bytes: Uint8Array): Promise<DecodedPicture> {
  return library.decode(
    bytes,
    `cannot be read where the browser gives pages noise instead of pixels (${SETTING})`,
  );
}

/** The numbers of a file as they are. @throws whatever the decoder throws */
export function numbersByLibrary(bytes: Uint8Array<ArrayBuffer>): Promise<Rgba> {
  return library.decodeNumbers(bytes);
}
