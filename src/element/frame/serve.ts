/** The frame's side of the protocol: answers the page that an inspector is framed by. */

import { toPlain } from '@/common/errors';
import { type Handlers, type Server, serve as servePort } from '@/common/rpc';
import type { Edit } from '@/edits';
import type { LatentInspectorElement } from '../embed';
import { METHODS } from '../methods';
import {
  envelop,
  FRAME_METHODS,
  type FrameCalls,
  type FrameEvents,
  type FrameMethod,
  type FromFrame,
  type PortEvents,
  type RequestId,
  readArguments,
  readToFrame,
  type ToFrame,
} from './protocol';

export interface ServeOptions {
  element: LatentInspectorElement;
  /** Origins of the pages whose messages are answered. */
  origins: readonly string[];
  /** The frame's own window and its parent. */
  target: Pick<Window, 'addEventListener' | 'parent'>;
}

/** Answers from now on, and tells of what happens in `element`. */
export function serve({ element, origins, target }: ServeOptions): void {
  const { parent } = target;
  const session = crypto.getRandomValues(new Uint32Array(2)).join('-');
  /** Running experiments, by their request. */
  const running = new Map<RequestId, AbortController>();
  /** Whom to tell of events by messages of the window: whoever is allowed to hear, until one of them has spoken. */
  let listeners = origins;
  /** Whom to tell of them over a port. */
  const ports = new Set<Server<PortEvents>>();

  const send = (message: FromFrame, to: readonly string[] = listeners) => {
    for (const origin of to) parent.postMessage(envelop(message), origin);
  };
  const handlers = Object.fromEntries(
    FRAME_METHODS.map((method) => [
      method,
      (args: unknown, run: Run) => call(element, method, readArguments(args), run),
    ]),
  ) as unknown as Handlers<FrameCalls>;

  function connect(port: MessagePort): void {
    const server = servePort<FrameCalls, PortEvents>(port, handlers);
    ports.add(server);
    // Browsers that do not tell of it let what is sent go nowhere.
    port.addEventListener('close', () => ports.delete(server));
    port.start();
    // It hears over the port now.
    listeners = [];
    resized();
  }

  target.addEventListener('message', (event) => {
    if (event.source !== parent || !origins.includes(event.origin)) return;
    const message = readToFrame(event.data);
    if (!message) return;
    if (message.type === 'connect') {
      if (event.ports[0]) connect(event.ports[0]);
      return;
    }
    listeners = [event.origin];
    if (message.type === 'hello') send({ type: 'listening', session, port: true });
    else if (message.type === 'abort') running.get(message.id)?.abort();
    else void answer(message);
  });

  async function answer({ id, method, args }: Extract<ToFrame, { type: 'request' }>): Promise<void> {
    const to = listeners;
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const result = await call(element, method, args, {
        signal: controller.signal,
        onProgress: (done, total) => send({ type: 'step', id, done, total }, to),
      });
      send({ type: 'reply', id, result }, to);
    } catch (error) {
      send({ type: 'refusal', id, error: toPlain(error) }, to);
    } finally {
      running.delete(id);
    }
  }

  function emit<K extends keyof PortEvents>(event: K, detail: PortEvents[K]): void {
    for (const port of ports) port.emit(event, detail);
  }
  function tell<K extends keyof FrameEvents>(name: K, detail: PortEvents[K]): void {
    emit(name, detail);
    send({ type: 'event', name, detail } as FromFrame);
  }
  function resized(): void {
    const height = Math.ceil(element.getBoundingClientRect().height);
    emit('resize', { height });
    send({ type: 'resize', height });
  }

  element.addEventListener('posterior', ({ detail }) => tell('posterior', detail));
  element.addEventListener('effect', ({ detail }) => tell('effect', detail));
  element.addEventListener('progress', ({ detail }) => tell('progress', detail));
  element.addEventListener('failure', ({ detail }) => tell('failure', detail));
  // Asking for `ready` would load what nobody has seen yet; with the first picture it is loaded anyway.
  const onFirst = () =>
    element.ready.then(
      () => tell('ready', null),
      () => {},
    );
  element.addEventListener('posterior', onFirst, { once: true });
  new ResizeObserver(resized).observe(element);
  send({ type: 'listening', session, port: true });
}

interface Run {
  signal: AbortSignal;
  onProgress(done: number, total: number): void;
}

/**
 * Calls a method of the element, whose own checks meet whatever the page sent. Of how it is to run the page can only say the
 * side: the rest cannot be sent, and has messages of its own.
 */
async function call(
  element: LatentInspectorElement,
  method: FrameMethod,
  args: readonly unknown[],
  run: Run,
): Promise<unknown> {
  if (method === 'ready') return element.ready;
  if (method === 'edits') return element.edits;
  if (method === 'setEdits') {
    element.edits = args[0] as readonly Edit[];
    return;
  }
  const given = [...args];
  const { run: at } = METHODS[method];
  if (at !== undefined) given[at] = { side: Object(given[at]).side, ...run };
  return Reflect.apply(element[method], element, given);
}
