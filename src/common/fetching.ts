/**
 * Requests for what is not a hub's: asked again where a server or a connection fails for a moment, and not waited for without end,
 * as browsers do.
 */

import { directiveAgainstFailed, watchPolicy } from './policy';
import { sleep, unlessStill } from './standstill';

/** Between one try and the next, milliseconds. */
export const WAITS: readonly number[] = [300, 1000, 3000];

export interface FetchOptions {
  /** Stand-in for the global `fetch`: tests, caches. */
  fetch?: typeof globalThis.fetch | undefined;
  waits?: readonly number[] | undefined;
  stall?: number | undefined;
  /** Reads a good answer to its end in each try: a body that breaks off is then asked for again, too. */
  whole?: boolean | undefined;
}

/** Tells whether a server that answers with this status may answer otherwise in a moment. */
export const isPassing = (status: number): boolean => status >= 500 || [408, 425, 429].includes(status);

/**
 * Like fetch, but asked again where no answer came or one that may pass. The last answer is returned whatever it is; its body
 * fails where it comes to a standstill.
 * @throws what fetch throws in the end; the signal's reason
 */
export async function fetchPatiently(
  address: string,
  init: RequestInit = {},
  { waits = WAITS, whole = false, ...options }: FetchOptions = {},
): Promise<Response> {
  const { signal } = init;
  watchPolicy();
  for (let attempt = 0; ; attempt++) {
    const wait = waits[attempt];
    try {
      // What a cache kept of a failure is not asked again.
      const asked = attempt === 0 ? init : { ...init, cache: 'reload' as const };
      const response = await fetchAlive(address, asked, options);
      if (!isPassing(response.status) || wait === undefined) {
        if (!whole || !response.ok) return response;
        return new Response(await response.arrayBuffer(), { headers: response.headers });
      }
      await response.body?.cancel().catch(() => {});
    } catch (error) {
      if (signal?.aborted || wait === undefined) throw error;
      // A policy lasts; whoever asked finds it in `directiveAgainst`.
      if (await directiveAgainstFailed(address)) throw error;
    }
    await sleep(wait, signal ?? undefined);
  }
}

/** Like fetch, once; the request and its body fail where they come to a standstill. */
export async function fetchAlive(
  address: string,
  init: RequestInit = {},
  { fetch = globalThis.fetch, stall }: Pick<FetchOptions, 'fetch' | 'stall'> = {},
): Promise<Response> {
  const { signal } = init;
  const control = new AbortController();
  const stop = () => control.abort(signal!.reason);
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  const end = () => signal?.removeEventListener('abort', stop);

  const alive = <T>(work: Promise<T>): Promise<T> =>
    unlessStill(work, { signal, stall }).catch((error) => {
      control.abort(error);
      end();
      throw error;
    });

  const response = await alive(fetch(address, { ...init, signal: control.signal }));
  const reader = response.body?.getReader();
  if (!reader) {
    end();
    return response;
  }
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const { done, value } = await alive(reader.read());
        if (!done) return controller.enqueue(value);
        end();
        controller.close();
      },
      cancel(reason) {
        end();
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
  const { status, statusText, headers } = response;
  return new Response(body, { status, statusText, headers });
}
