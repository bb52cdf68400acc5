/** The page's side of the protocol: an inspector in a frame, as if it were an element of the page. */

import { type Deferred, deferred } from '@/common/deferred';
import { InspectorError } from '@/common/errors';
import { type Connection, connect as connectPort, unlessAborted } from '@/common/rpc';
import type { ExperimentName } from '@/experiments/names';
import type { ElementExperimentOptions, ElementExperimentResults, ExperimentRun } from '../experiments';
import { METHODS } from '../methods';
import {
  envelop,
  FRAME_METHODS,
  type FrameCalls,
  type FrameEvents,
  type FrameMethod,
  type FrameMethods,
  type PortEvents,
  readListening,
  type ToFrame,
} from './protocol';

export interface ConnectOptions {
  /** The origin of the frame, as `https://inspector.example`: that of its address where it is not given. */
  origin?: string;
  /** True where the frame is made as high as what it shows, which is the default. */
  resize?: boolean;
}

/** Options as of the element; what is measured so far stays in the frame. */
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
  const listeners = new Map<keyof FrameEvents, Set<(detail: never) => void>>();
  const disconnected = new AbortController();
  /** The frame, as soon as it can be asked. */
  let framed: Deferred<Connection<FrameCalls, PortEvents>> = deferred();
  let connection: { calls: Connection<FrameCalls, PortEvents>; port: MessagePort } | null = null;
  let isSettled = false;
  let session: string | null = null;

  const post = (message: ToFrame, ports: MessagePort[] = []) =>
    iframe.contentWindow?.postMessage(envelop(message), origin, ports);

  async function request(
    method: FrameMethod,
    args: readonly unknown[],
    run: FramedRun = {},
  ): Promise<unknown> {
    if (disconnected.signal.aborted) throw gone('The connection was closed.');
    const { signal, onProgress } = run;
    const { call } = await unlessAborted(framed.promise, signal);
    return call(method, args, { signal, onProgress });
  }

  function close(why: string): void {
    connection?.calls.close(gone(why));
    connection?.port.close();
    connection = null;
  }

  function listening({ session: current, port }: { session: string; port: boolean }): void {
    if (session === current) return;
    session = current;
    if (isSettled) framed = deferred();
    isSettled = true;
    // What an earlier one was asked, this one knows nothing of.
    close('The frame was loaded again.');
    if (!port) {
      framed.reject(
        new InspectorError(
          'not-found',
          'The inspector in this frame is of an earlier version, which answers no port.',
          'Use the frame.js that is beside the page in the frame, or a newer page.',
        ),
      );
      return;
    }
    const { port1, port2 } = new MessageChannel();
    const calls = connectPort<FrameCalls, PortEvents>(port1);
    connection = { calls, port: port1 };
    for (const [name, heard] of listeners) calls.on(name, (detail) => emit(heard, detail));
    calls.on('resize', ({ height }) => {
      if (resize) iframe.style.height = `${height}px`;
    });
    port1.start();
    post({ type: 'connect' }, [port2]);
    framed.resolve(calls);
  }

  addEventListener(
    'message',
    (event) => {
      if (event.source !== iframe.contentWindow || event.origin !== origin) return;
      const message = readListening(event.data);
      if (message) listening(message);
    },
    { signal: disconnected.signal },
  );
  const greet = () => post({ type: 'hello' });
  iframe.addEventListener('load', greet, { signal: disconnected.signal });
  if (isLoaded(iframe)) greet();

  /** Asks the frame. The answer is the frame's own word, and its origin was asked for. */
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
      const heard = listeners.get(name) ?? new Set();
      if (!listeners.has(name)) {
        listeners.set(name, heard);
        connection?.calls.on(name, (detail) => emit(heard, detail));
      }
      heard.add(listener);
      return () => heard.delete(listener);
    },
    disconnect() {
      disconnected.abort();
      framed.reject(gone('The connection was closed.'));
      close('The connection was closed.');
    },
  };
}

function emit(listeners: Set<(detail: never) => void>, detail: unknown): void {
  for (const listener of [...listeners]) listener(detail as never);
}

function gone(message: string): InspectorError {
  return new InspectorError('aborted', message);
}

/** False while the frame still shows the empty page that it begins with, which belongs to no other origin. */
function isLoaded(iframe: HTMLIFrameElement): boolean {
  const { contentDocument } = iframe;
  return contentDocument === null || contentDocument.URL !== 'about:blank';
}
