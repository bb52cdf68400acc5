/** The page's side of the protocol: an inspector in a frame, as if it were an element of the page. */

import { fromPlain, InspectorError } from '../../common/errors';
import type { ExperimentName } from '../../experiments/names';
import type { ElementExperimentOptions, ElementExperimentResults, ExperimentRun } from '../experiments';
import { METHODS } from '../methods';
import {
  type EventMessage,
  envelop,
  FRAME_METHODS,
  type FrameEvents,
  type FrameMethod,
  type FrameMethods,
  type FromFrame,
  readFromFrame,
  type ToFrame,
} from './protocol';

export interface ConnectOptions {
  /** The origin of the frame, as `https://inspector.example`: that of its address where it is not given. */
  origin?: string;
  /** Whether the frame is made as high as what it shows. Default true. */
  resize?: boolean;
}

/** As of the element; what is measured so far stays in the frame. */
export type FramedRun = Omit<ExperimentRun, 'onPartial'>;

/** An inspector in a frame. Its methods are the element's; the edits, which cannot be had at once, are two methods. */
export interface FramedInspector extends Omit<FrameMethods, 'ready' | 'experiment'> {
  readonly ready: Promise<void>;
  experiment<K extends ExperimentName>(
    name: K,
    options?: Partial<ElementExperimentOptions[K]>,
    run?: FramedRun,
  ): Promise<ElementExperimentResults[K]>;
  /** Calls `listener` whenever the frame tells of an event; returns the way to stop. */
  on<K extends keyof FrameEvents>(name: K, listener: (detail: FrameEvents[K]) => void): () => void;
  /** Listens no more; what is still waited for is refused with `aborted`. */
  disconnect(): void;
}

type Listeners = { [K in keyof FrameEvents]: Set<(detail: FrameEvents[K]) => void> };

interface Waiting {
  resolve(result: unknown): void;
  reject(error: InspectorError): void;
  onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Connects to an inspector in `iframe`, whose address names this page: `...?embed=1&origin=https://this.page`. Can be called
 * before the frame has loaded: what is asked of it waits.
 *
 * @example
 * const inspector = connect(document.querySelector('iframe'));
 * await inspector.setEdits([{ kind: 'heal', cell: { row: 12, col: 30 } }]);
 * const { farRms, control } = await inspector.effect();
 */
export function connect(iframe: HTMLIFrameElement, options: ConnectOptions = {}): FramedInspector {
  const { origin = new URL(iframe.src, document.baseURI).origin, resize = true } = options;
  const waiting = new Map<number, Waiting>();
  const listeners: Listeners = {
    ready: new Set(),
    posterior: new Set(),
    effect: new Set(),
    progress: new Set(),
    failure: new Set(),
  };
  const disconnected = new AbortController();
  /** What is asked before the frame listens; null since it does. */
  let queue: ToFrame[] | null = [];
  let session: string | null = null;
  let lastId = 0;

  const post = (message: ToFrame) => iframe.contentWindow?.postMessage(envelop(message), origin);
  const send = (message: ToFrame) => {
    if (queue) queue.push(message);
    else post(message);
  };

  function request(method: FrameMethod, args: readonly unknown[], run: FramedRun = {}): Promise<unknown> {
    if (disconnected.signal.aborted) return Promise.reject(gone('The connection was closed.'));
    if (run.signal?.aborted) return Promise.reject(gone('It was stopped before it began.'));
    const id = ++lastId;
    const stop = () => send({ type: 'abort', id });
    run.signal?.addEventListener('abort', stop, { once: true });
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject, onProgress: run.onProgress });
      send({ type: 'request', id, method, args });
    }).finally(() => run.signal?.removeEventListener('abort', stop));
  }

  function refuseAll(why: string): void {
    for (const { reject } of waiting.values()) reject(gone(why));
    waiting.clear();
  }

  function listening(current: string): void {
    // What an earlier one was asked, this one knows nothing of.
    if (session !== null && session !== current) refuseAll('The frame was loaded again.');
    session = current;
    const queued = queue ?? [];
    queue = null;
    for (const message of queued) post(message);
  }

  function tell<K extends keyof FrameEvents>({ name, detail }: EventMessage<K>): void {
    for (const listener of [...listeners[name]]) listener(detail);
  }

  function take(message: FromFrame): void {
    if (message.type === 'listening') listening(message.session);
    else if (message.type === 'event') tell(message);
    else if (message.type === 'resize') {
      if (resize) iframe.style.height = `${message.height}px`;
    } else if (message.type === 'step') {
      waiting.get(Number(message.id))?.onProgress?.(message.done, message.total);
    } else {
      const asked = waiting.get(Number(message.id));
      waiting.delete(Number(message.id));
      if (message.type === 'reply') asked?.resolve(message.result);
      else asked?.reject(fromPlain(message.error));
    }
  }

  addEventListener(
    'message',
    (event) => {
      if (event.source !== iframe.contentWindow || event.origin !== origin) return;
      const message = readFromFrame(event.data);
      if (message) take(message);
    },
    { signal: disconnected.signal },
  );
  const greet = () => post({ type: 'hello' });
  iframe.addEventListener('load', greet, { signal: disconnected.signal });
  if (isLoaded(iframe)) greet();

  /** What comes back is the frame's word, and its origin was asked for. */
  function ask(method: FrameMethod, args: readonly unknown[]): Promise<unknown> {
    const at = (METHODS as Record<string, { run?: number }>)[method]?.run;
    if (at === undefined) return request(method, args);
    const run = (args[at] ?? {}) as FramedRun;
    const sent = [...args];
    sent[at] = { side: run.side };
    return request(method, sent, run);
  }
  const methods = FRAME_METHODS.filter((name) => name !== 'ready').map((name) => [
    name,
    (...args: unknown[]) => ask(name, args),
  ]);
  return {
    ...(Object.fromEntries(methods) as Omit<FramedInspector, 'ready' | 'on' | 'disconnect'>),
    get ready() {
      return ask('ready', []) as Promise<void>;
    },
    on(name, listener) {
      listeners[name].add(listener);
      return () => listeners[name].delete(listener);
    },
    disconnect() {
      disconnected.abort();
      refuseAll('The connection was closed.');
    },
  };
}

function gone(message: string): InspectorError {
  return new InspectorError('aborted', message);
}

/** False while the frame still shows the empty page that it begins with, which belongs to no other origin. */
function isLoaded(iframe: HTMLIFrameElement): boolean {
  const { contentDocument } = iframe;
  return contentDocument === null || contentDocument.URL !== 'about:blank';
}
