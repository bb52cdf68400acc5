/** Waiting for a network, but not for ever, as browsers would. */

/** So long without an answer or a byte, milliseconds, is a standstill. */
export const STALL = 45_000;

/** Error of the kind that fetch throws where there is no connection. */
export class Standstill extends TypeError {
  constructor() {
    super('Nothing came for a while.');
  }
}

/** Rejects with the signal's reason. */
export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const wake = () => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    if (signal?.aborted) return reject(signal.reason);
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', wake);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', wake, { once: true });
  });
}

export interface Patience {
  /** Makes the error for a standstill; `Standstill` by default. */
  late?: (() => Error) | undefined;
  signal?: AbortSignal | null | undefined;
  stall?: number | undefined;
  /** Stand-in for the real one, for tests with a clock of their own. */
  sleep?: typeof sleep | undefined;
}

/** `work`, unless it comes to a standstill. @throws Standstill, or what `late` gives; the signal's reason; what `work` throws */
export async function unlessStill<T>(
  work: Promise<T>,
  { late = () => new Standstill(), signal, stall = STALL, sleep: wait = sleep }: Patience,
): Promise<T> {
  // Of the two, one is not waited for in the end.
  work.catch(() => {});
  signal?.throwIfAborted();
  const alarm = new AbortController();
  const stop = () => alarm.abort(signal!.reason);
  signal?.addEventListener('abort', stop, { once: true });
  const over = wait(stall, alarm.signal).then(() => {
    throw late();
  });
  over.catch(() => {});
  try {
    return await Promise.race([work, over]);
  } finally {
    signal?.removeEventListener('abort', stop);
    alarm.abort();
  }
}
