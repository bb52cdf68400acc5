/** Picture files to pixels, without a browser. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type DecodedPicture, type LibraryType, PictureLibrary } from '@/formats/picture/library';

export type { DecodedPicture };

const PROGRAMS: Record<LibraryType, string> = {
  png: '@jsquash/png/codec/pkg/squoosh_png_bg.wasm',
  jpeg: '@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm',
  webp: '@jsquash/webp/codec/dec/webp_dec.wasm',
};

/** Programs come from the disk: the packages' own way to them is a browser's. */
const library = new PictureLibrary(async (type) =>
  WebAssembly.compile(await readFile(createRequire(import.meta.url).resolve(PROGRAMS[type]))),
);

/** @throws InspectorError `bad-image` */
export function decodePicture(bytes: Uint8Array): Promise<DecodedPicture> {
  return library.decode(bytes, 'the command line does not read');
}
