/** JPEG files by a library, where what a canvas writes would be noise. */
import programUrl from '@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm?url';
import encode, { init } from '@jsquash/jpeg/encode.js';
import { InspectorError } from '@/common/errors';
import { fetchPatiently } from '@/common/fetching';
import type { Pixels } from '@/engine/protocol';

let started: Promise<void> | null = null;

async function start(): Promise<void> {
  const response = await fetchPatiently(programUrl);
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  const program = await WebAssembly.compile(await response.arrayBuffer());
  // The package's types leave out the program, which comes first.
  await (init as unknown as (program: WebAssembly.Module) => Promise<void>)(program);
}

/**
 * Bytes of a picture's JPEG file.
 * @param quality 0 to 1
 * @throws InspectorError `network` where the encoder does not come
 */
export async function jpegLength({ data, width, height }: Pixels, quality: number): Promise<number> {
  started ??= start();
  await started.catch((cause) => {
    started = null;
    throw new InspectorError(
      'network',
      'What writes JPEG files could not be loaded.',
      'Check the connection and try again.',
      { cause },
    );
  });
  const file = await encode(new ImageData(data, width, height), { quality: 100 * quality });
  return file.byteLength;
}
