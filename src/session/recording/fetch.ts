/** Recordings from the network. */
import { InspectorError } from '@/common/errors';
import { fetchPatiently } from '@/common/fetching';
import { blockedByPolicy, directiveAgainst } from '@/common/policy';

/**
 * The bytes of a recording, as they arrive.
 * @throws InspectorError `network` or `not-found`; what `signal` is aborted with
 */
export async function fetchRecording(
  url: string,
  signal?: AbortSignal,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  let response: Response;
  try {
    response = await fetchPatiently(url, { signal: signal ?? null });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    const directive = directiveAgainst(url);
    if (directive) throw blockedByPolicy('The recording', url, directive);
    throw new InspectorError(
      'network',
      'The recording could not be downloaded.',
      'Check the connection. If it lies on another site, that site must allow it (CORS).',
      { cause },
    );
  }
  if (!response.ok || !response.body) {
    throw new InspectorError(
      response.status === 404 ? 'not-found' : 'network',
      `The recording could not be downloaded: the server answered ${response.status}.`,
      'Check its address.',
    );
  }
  return response.body;
}
