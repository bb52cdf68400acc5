/** Fetching a recorded example in a browser. */
import { InspectorError } from '../errors';
import { parseExample } from '../formats/recording';
import { readPixels } from './pictures';
import type { ExampleSource } from './player';

/**
 * Reads the manifest of a recording; its files are fetched from beside it when they are needed.
 * @param url absolute address of the manifest
 * @throws InspectorError `network`, `not-found` or `bad-file`
 */
export async function fetchExample(url: string): Promise<ExampleSource> {
  const manifest = parseExample(await (await get(url)).json().catch(notJson));
  return openExample(manifest, url);
}

/** A recording whose manifest is at hand already. `base`: the absolute address that its files lie beside. */
export function openExample(manifest: ExampleSource['manifest'], base: string): ExampleSource {
  const at = (file: string) => get(new URL(file, base).href);
  return {
    manifest,
    readBytes: async (file) => (await at(file)).arrayBuffer(),
    readPixels: async (file) => readPixels(await (await at(file)).blob()),
  };
}

async function get(url: string): Promise<Response> {
  const response = await fetch(url).catch((cause) => {
    throw new InspectorError('network', 'The recording could not be downloaded.', 'Check the connection.', {
      cause,
    });
  });
  if (response.ok) return response;
  throw new InspectorError(
    response.status === 404 ? 'not-found' : 'network',
    `The recording could not be downloaded: the server answered ${response.status}.`,
    'Check its address.',
  );
}

function notJson(cause: unknown): never {
  throw new InspectorError('bad-file', 'The recording is not JSON.', 'Choose another file.', { cause });
}
