/** Work that is asked for faster than it can be done. */

/** A function that starts `work`; while it is under way, only the newest wish is remembered. */
export function newestOnly(
  work: () => Promise<void>,
  { onError, signal }: { onError(error: unknown): void; signal: AbortSignal },
): () => void {
  let running = false;
  let again = false;
  return function start() {
    again = running;
    if (running) return;
    running = true;
    work()
      .catch(onError)
      .finally(() => {
        running = false;
        if (again && !signal.aborted) start();
      });
  };
}

/** Resolves when the browser has nothing better to do. */
export function idle(): Promise<void> {
  return new Promise((resolve) => {
    // Safari has no idle callbacks.
    if ('requestIdleCallback' in window) requestIdleCallback(() => resolve(), { timeout: 1000 });
    else setTimeout(resolve, 50);
  });
}
