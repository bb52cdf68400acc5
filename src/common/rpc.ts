/**
 * Named calls over `postMessage`, both sides of it. A call has an id, a name, an argument and a result; its abort,
 * its progress and what there is of its result so far cross the boundary too; an error keeps its code and advice.
 * Every `postMessage` to or from the worker happens in this file; a page and its frame speak by it too.
 */

import { fromPlain, InspectorError, type PlainError, toPlain } from './errors';
import { shown } from './shown';

/** Between two signs of life of a side that is at work, milliseconds. */
const SIGN = 2000;

export interface RunOptions {
  signal?: AbortSignal | undefined;
  /** Called with a fraction 0 to 1 and what is being done ("encoder, level 2 of 4"). */
  onProgress?: ((fraction: number, doing: string) => void) | undefined;
}

/** The common part of a `Worker`, a worker's global scope and a `MessagePort`. */
export interface Port {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
  removeEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
}

/**
 * A map from a call's name to its argument and its result (`EngineCalls` is one), and to how it says how far it is, where it says
 * that otherwise than most.
 */
type CallMap<C> = { [K in keyof C]: { args: unknown; result: unknown; progress?: readonly unknown[] } };

/** Arguments by which a call says how far it is. */
type Progress<T> = T extends { progress: infer P extends readonly unknown[] }
  ? P
  : [fraction: number, doing: string];

/** Options of calls that tell their result in part while they compute. */
export type PartialRunOptions<R> = CallRun<{ result: R }>;

/** The caller's side of a call under way. */
export interface CallRun<T extends { result: unknown }> {
  signal?: AbortSignal | undefined;
  onProgress?: ((...progress: Progress<T>) => void) | undefined;
  /** Called with what there is of the result so far; each time with all of it. */
  onPartial?(partial: T['result']): void;
}

/**
 * The handler's side of a call under way, beside its argument. `R`: what it may tell in part, by default nothing; `P`: how it
 * says how far it is.
 */
export interface HandlerRun<R = never, P extends readonly unknown[] = [fraction: number, doing: string]> {
  /** Aborted when the caller gives up. */
  signal: AbortSignal;
  onProgress(...progress: P): void;
  /** Sends a copy of what there is of the result so far: the caller has it even where the call then fails or is given up. */
  onPartial(partial: R): void;
}

/** A result whose buffers are moved to the other side instead of being copied. */
export class Transferring<T> {
  constructor(
    readonly value: T,
    readonly transfer: Transferable[],
  ) {}
}

export type Handlers<C extends CallMap<C>> = {
  [K in keyof C]: (
    args: C[K]['args'],
    run: HandlerRun<C[K]['result'], Progress<C[K]>>,
  ) => Promise<C[K]['result'] | Transferring<C[K]['result']>>;
};

type Request = { kind: 'call'; id: number; call: string; args: unknown } | { kind: 'abort'; id: number };

type Reply =
  | { kind: 'result'; id: number; value: unknown }
  | { kind: 'error'; id: number; error: PlainError }
  | { kind: 'progress'; id: number; progress: readonly unknown[] }
  | { kind: 'partial'; id: number; value: unknown }
  | { kind: 'event'; event: string; detail: unknown }
  /** A sign of life: one when a call arrives, and then now and then while there is one under way. */
  | { kind: 'alive' };

/** The answering side. */
export interface Server<E> {
  emit<K extends keyof E & string>(event: K, detail: E[K]): void;
  close(): void;
}

/** Answers calls that arrive on `port` with `handlers`; a call with no handler is answered with an error. */
export function serve<C extends CallMap<C>, E = Record<string, never>>(
  port: Port,
  handlers: Handlers<C>,
): Server<E> {
  const running = new Map<number, AbortController>();
  const send = (reply: Reply, transfer: Transferable[] = []) => port.postMessage(reply, transfer);
  let signs: ReturnType<typeof setInterval> | undefined;

  async function answer(id: number, call: unknown, args: unknown): Promise<void> {
    const controller = new AbortController();
    running.set(id, controller);
    send({ kind: 'alive' });
    signs ??= setInterval(send, SIGN, { kind: 'alive' } satisfies Reply);
    try {
      if (typeof call !== 'string' || !Object.hasOwn(handlers, call)) {
        throw new InspectorError(
          'internal',
          `There is no call ${shown(call)}.`,
          'Make one of those that there are.',
        );
      }
      const handler = handlers[call as keyof C];
      const result = await handler(args, {
        signal: controller.signal,
        onProgress: (...progress) => {
          if (!controller.signal.aborted) send({ kind: 'progress', id, progress });
        },
        onPartial: (value) => {
          if (!controller.signal.aborted) send({ kind: 'partial', id, value });
        },
      });
      if (result instanceof Transferring) send({ kind: 'result', id, value: result.value }, result.transfer);
      else send({ kind: 'result', id, value: result });
    } catch (error) {
      send({ kind: 'error', id, error: toPlain(error) });
    } finally {
      running.delete(id);
      if (running.size === 0) {
        clearInterval(signs);
        signs = undefined;
      }
    }
  }

  const listener = (event: MessageEvent) => {
    // The other side may be a page of somebody else's.
    const { kind, id, call, args } = Object(event.data) as Partial<Record<string, unknown>>;
    if (typeof id !== 'number') return;
    if (kind === 'call' && !running.has(id)) void answer(id, call, args);
    else if (kind === 'abort') running.get(id)?.abort();
  };
  port.addEventListener('message', listener);
  return {
    emit: (event, detail) => send({ kind: 'event', event, detail }),
    close: () => {
      clearInterval(signs);
      port.removeEventListener('message', listener);
    },
  };
}

/** The calling side. */
export interface Connection<C extends CallMap<C>, E> {
  /**
   * Makes a call. Rejects with an `InspectorError`: the one that the other side threw, or `aborted` as soon as
   * `run.signal` is aborted (the other side is told, and stops when it next looks).
   */
  call<K extends keyof C & string>(name: K, args: C[K]['args'], run?: CallRun<C[K]>): Promise<C[K]['result']>;
  on<K extends keyof E & string>(event: K, listener: (detail: E[K]) => void): () => void;
  /** Rejects every call under way, and every later one, with `error`. */
  close(error: InspectorError): void;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: InspectorError): void;
  onProgress: ((...progress: never[]) => void) | undefined;
  onPartial: ((partial: never) => void) | undefined;
}

/** Told whether the other side gives signs of life while something is expected of it. */
export interface Watch {
  /** Something came from it, or is expected from now on. */
  heard(): void;
  /** Told that nothing is expected. */
  rest(): void;
}

/** Connects to the side that `serve`s on the other end of `port`. */
export function connect<C extends CallMap<C>, E = Record<string, never>>(
  port: Port,
  watch?: Watch,
): Connection<C, E> {
  const pending = new Map<number, Pending>();
  const listeners = new Map<string, Set<(detail: never) => void>>();
  let lastId = 0;
  let closed: InspectorError | null = null;
  const sign = () => (pending.size > 0 ? watch?.heard() : watch?.rest());

  const listener = (event: MessageEvent) => {
    take(event.data as Reply);
    sign();
  };
  const take = (reply: Reply) => {
    if (reply.kind === 'alive') return;
    if (reply.kind === 'event') {
      for (const listen of [...(listeners.get(reply.event) ?? [])]) listen(reply.detail as never);
      return;
    }
    const call = pending.get(reply.id);
    // An answer to a call that was aborted meanwhile: nobody waits for it.
    if (!call) return;
    if (reply.kind === 'progress') {
      call.onProgress?.(...(reply.progress as never[]));
      return;
    }
    if (reply.kind === 'partial') {
      call.onPartial?.(reply.value as never);
      return;
    }
    pending.delete(reply.id);
    if (reply.kind === 'result') call.resolve(reply.value);
    else call.reject(fromPlain(reply.error));
  };
  port.addEventListener('message', listener);

  return {
    call(name, args, run = {}) {
      return new Promise((resolve, reject) => {
        if (closed) return reject(closed);
        if (run.signal?.aborted) return reject(aborted());
        const id = ++lastId;
        const abort = () => {
          pending.delete(id);
          if (pending.size === 0) watch?.rest();
          port.postMessage({ kind: 'abort', id } satisfies Request, []);
          reject(aborted());
        };
        run.signal?.addEventListener('abort', abort, { once: true });
        const settled = () => run.signal?.removeEventListener('abort', abort);
        // What is asked of it now may have to wait for what it does; that alone is no sign of life.
        if (pending.size === 0) watch?.heard();
        pending.set(id, {
          resolve: (value) => {
            settled();
            resolve(value as never);
          },
          reject: (error) => {
            settled();
            reject(error);
          },
          onProgress: run.onProgress as Pending['onProgress'],
          onPartial: run.onPartial,
        });
        try {
          port.postMessage({ kind: 'call', id, call: name, args } satisfies Request, []);
        } catch (error) {
          // An argument that cannot be cloned.
          pending.delete(id);
          settled();
          reject(fromPlain(toPlain(error)));
        }
      });
    },
    on(event, listen) {
      const set = listeners.get(event) ?? new Set();
      listeners.set(event, set);
      set.add(listen);
      return () => set.delete(listen);
    },
    close(error) {
      closed = error;
      watch?.rest();
      port.removeEventListener('message', listener);
      const calls = [...pending.values()];
      pending.clear();
      for (const call of calls) call.reject(error);
    },
  };
}

/** The error of a call that its caller gave up. */
export function aborted(): InspectorError {
  return new InspectorError('aborted', 'The computation was cancelled.');
}

/** `work`, or `aborted` as soon as the signal is: the caller stops waiting, the work itself is not told. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(aborted());
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
