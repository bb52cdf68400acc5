/** Parts of the program that are loaded when they are needed, over a network that fails now and then. */
import { InspectorError } from '../errors';
import { type FetchOptions, fetchAlive, isPassing, WAITS } from '../fetching';
import { directiveAgainstFailed } from '../policy';

export function partMissing(why: string, cause?: unknown): InspectorError {
  return new InspectorError(
    'network',
    `A part of the program did not come (${why}).`,
    'Check the connection, then try again. Your edits are kept.',
    { cause },
  );
}

/**
 * Fetches a file, again where that fails or the server says that it cannot answer now.
 * @throws InspectorError `network`
 */
export async function fetchInsistently(
  address: string,
  init: RequestInit = {},
  { waits = WAITS, ...options }: FetchOptions = {},
): Promise<Response> {
  for (let attempt = 0; ; attempt++) {
    let why: string;
    try {
      // What a cache kept of a failure is not asked again.
      const response = await fetchAlive(
        address,
        attempt === 0 ? init : { ...init, cache: 'reload' },
        options,
      );
      // Its body may break off, too.
      if (response.ok) return new Response(await response.arrayBuffer(), { headers: response.headers });
      why = `the server answered ${response.status}`;
      if (!isPassing(response.status)) throw partMissing(why);
    } catch (error) {
      if (error instanceof InspectorError) throw error;
      const directive = await directiveAgainstFailed(address);
      if (directive) throw partMissing(`a policy of this page blocks it by ${directive}`);
      why = 'the connection failed';
    }
    if (attempt === waits.length) throw partMissing(why);
    await new Promise((resolve) => setTimeout(resolve, waits[attempt]));
  }
}

/**
 * Loads a module of the program.
 * @throws InspectorError `network` where it does not come. Browsers may remember that for as long as the worker lives, so that
 * only another worker can ask again; what a module throws itself is thrown on
 */
export async function importPart<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    // Chromium and Firefox name the module; WebKit says "Importing a module script failed."
    if (error instanceof TypeError && /import|module/i.test(error.message)) {
      throw partMissing('a script failed to load', error);
    }
    throw error;
  }
}
