/** Promises that are settled from outside. Whoever does not wait for one sees its failure on the page, not as unhandled. */

export interface Deferred<T = void> {
  promise: Promise<T>;
  resolve(value: T): void;
  reject(reason: unknown): void;
}

export function deferred<T = void>(): Deferred<T> {
  let settle!: Pick<Deferred<T>, 'resolve' | 'reject'>;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  promise.catch(() => {});
  return { promise, ...settle };
}

/** Like `Promise.reject`, for callers who may not wait for it. */
export function rejected(reason: unknown): Promise<void> {
  const failing = deferred();
  failing.reject(reason);
  return failing.promise;
}
