/** Modules of the program that are loaded when they are needed, over a network that fails now and then. */
import { InspectorError } from './errors';
import { WAITS } from './fetching';

export function partMissing(why: string, cause?: unknown): InspectorError {
  return new InspectorError(
    'network',
    `A part of the program did not come (${why}).`,
    'Check the connection, then try again.',
    { cause },
  );
}

/**
 * Loads a module of the program, once.
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

/**
 * The same, again where it does not come at once: for modules of the page, in whose place no other page can be started.
 * @throws InspectorError `network` after the last try
 */
export async function importPatiently<T>(
  load: () => Promise<T>,
  waits: readonly number[] = WAITS,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await importPart(load);
    } catch (error) {
      const isMissing = error instanceof InspectorError && error.code === 'network';
      if (!isMissing || attempt === waits.length) throw error;
      await new Promise((resolve) => setTimeout(resolve, waits[attempt]));
    }
  }
}
