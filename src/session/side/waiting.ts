/** A promise that is settled from outside, by the newest of several calls. */
export interface Waiting {
  promise: Promise<void>;
  resolve(): void;
  reject(error: unknown): void;
}

/** What it fails with is shown on the page, so a caller who does not wait for it does not hear of it twice. */
export function newWaiting(): Waiting {
  const waiting = {} as Waiting;
  waiting.promise = new Promise<void>((resolve, reject) => {
    Object.assign(waiting, { resolve, reject });
  });
  waiting.promise.catch(() => {});
  return waiting;
}

/** Like `Promise.reject`, for callers who may not wait for it. */
export function rejected(error: unknown): Promise<void> {
  const waiting = newWaiting();
  waiting.reject(error);
  return waiting.promise;
}
