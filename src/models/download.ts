import { InspectorError } from '@/common/errors';
import { type FetchOptions, fetchPatiently } from '@/common/fetching';
import { blockedByPolicy, directiveAgainst } from '@/common/policy';

export interface DownloadOptions extends FetchOptions {
  signal?: AbortSignal | undefined;
  /** Called with the bytes received so far. */
  onProgress?: ((received: number) => void) | undefined;
}

/**
 * Downloads a file of known length and checks it. The hash is checked where the browser allows (`crypto.subtle` needs
 * a secure context: https or localhost); the length always.
 *
 * @throws InspectorError 'not-found', 'network' or 'bad-file'; the signal's reason where it was aborted.
 */
export async function download(
  url: string,
  expected: { bytes: number; sha256: string },
  options: DownloadOptions = {},
): Promise<ArrayBuffer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await downloadOnce(url, expected, options);
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      if (attempt === ATTEMPTS) throw interrupted(url, error.cause);
    }
  }
}

/** Transfers that break off, until it is given up. */
const ATTEMPTS = 3;

/** A transfer that began and broke off. */
class Broken extends Error {}

async function downloadOnce(
  url: string,
  expected: { bytes: number; sha256: string },
  { signal, onProgress, ...options }: DownloadOptions,
): Promise<ArrayBuffer> {
  const response = await request(url, options, signal);
  const bytes = new Uint8Array(expected.bytes);
  let received = 0;
  for await (const chunk of chunks(response, signal)) {
    if (received + chunk.length > bytes.length) throw wrongFile(url, `is longer than ${bytes.length} bytes`);
    bytes.set(chunk, received);
    received += chunk.length;
    onProgress?.(received);
  }
  if (received < bytes.length) throw wrongFile(url, `ended after ${received} of ${bytes.length} bytes`);
  const hash = await sha256(bytes.buffer);
  if (hash !== null && hash !== expected.sha256) {
    throw wrongFile(url, `has the SHA-256 ${hash}, not ${expected.sha256}`);
  }
  return bytes.buffer;
}

/** SHA-256 as hexadecimal digits; null where this context has no `crypto.subtle`. */
export async function sha256(buffer: ArrayBuffer): Promise<string | null> {
  if (!globalThis.crypto?.subtle) return null;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', buffer));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function request(url: string, options: FetchOptions, signal?: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetchPatiently(url, { signal: signal ?? null }, options);
  } catch (cause) {
    signal?.throwIfAborted();
    const directive = directiveAgainst(url);
    if (directive) throw blockedByPolicy('The model', url, directive);
    throw interrupted(url, cause);
  }
  if (response.status === 404) {
    throw new InspectorError('not-found', `There is no file at ${url}.`, 'Choose another model.');
  }
  if (!response.ok || !response.body) throw interrupted(url, `${response.status} ${response.statusText}`);
  return response;
}

async function* chunks(response: Response, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const reader = response.body!.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (cause) {
    signal?.throwIfAborted();
    throw new Broken('The transfer broke off.', { cause });
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function interrupted(url: string, cause: unknown): InspectorError {
  return new InspectorError(
    'network',
    `The download of ${url} failed.`,
    'Check the connection and try again.',
    { cause },
  );
}

function wrongFile(url: string, what: string): InspectorError {
  return new InspectorError(
    'bad-file',
    `The file at ${url} is not the one expected: it ${what}.`,
    'Try again; if it stays so, the file was changed where it is kept.',
  );
}
