/**
 * Messages between a page and an inspector that stands in one of its frames (`?embed=1`, see request.ts). The two find each other
 * by messages of the window, plain data under `{ source: 'latent-inspector', version: 1, type }`:
 *
 *     page -> frame   hello                     are you there? it answers `listening`
 *     frame -> page   listening { session, port: true }   requests are answered from now on; another session: it was loaded anew
 *     page -> frame   connect                   with one end of a channel, a MessagePort, that is theirs from now on
 *
 * Over the port they speak as the page and its worker do (`src/common/rpc.ts`): the calls are the element's methods, with a list
 * of arguments (`FrameCalls`), the events are the element's, `ready` and `resize` (`PortEvents`). Pictures go as Blob or
 * ImageBitmap, what comes back as ImageData and Float32Array, by structured clone.
 *
 * A page that sends no port is answered by messages of the window, as pages were by the frames of version 0.1:
 *
 *     page -> frame   request  { id, method, args }    calls a method of the element; answered by `reply` or `refusal`
 *                     abort    { id }                  stops an experiment; its request is then refused with `aborted`
 *     frame -> page   reply    { id, result }
 *                     refusal  { id, error }           `error` is { code, message, advice }, as of an InspectorError
 *                     step     { id, done, total }     how far an experiment is
 *                     event    { name, detail }        the element's events, and `ready` (detail null) with the first picture
 *                     resize   { height }              CSS pixels that the instrument needs
 *
 * `id` is the page's choice: a number or text that it uses once.
 *
 * **Origins.** The frame answers its parent window alone, and only where the origin of the message is one of those that its
 * address names (`?origin=https://blog.example`), by default its own. Everything else is ignored without an answer. What it
 * sends is addressed to that very origin, never to `*`. The page checks the frame's window and origin in the same way;
 * `connect` (connect.ts) does it for you.
 */

import type { PlainError } from '@/common/errors';
import type { Edit } from '@/edits';
import type { LatentInspectorEvents } from '../face';
import { type InspectorMethods, METHOD_NAMES } from '../methods';

export const SOURCE = 'latent-inspector';
export const VERSION = 1;

/** A picture that can be sent. */
export type FramePicture = Blob | ImageBitmap | ImageData | string;

/** Methods of a frame: the element's own, and its two properties. */
export interface FrameMethods extends Omit<InspectorMethods, 'setImage'> {
  /** Resolves as the element's `ready`. */
  ready(): Promise<void>;
  setImage(source: FramePicture): Promise<void>;
  edits(): Promise<readonly Edit[]>;
  setEdits(edits: readonly Edit[]): Promise<void>;
}

export type FrameMethod = keyof FrameMethods;

export const FRAME_METHODS: readonly FrameMethod[] = ['ready', 'edits', 'setEdits', ...METHOD_NAMES];

export type RequestId = number | string;

/** The calls over a port. What is in the arguments is for the element to look at. */
export type FrameCalls = {
  [K in FrameMethod]: {
    args: readonly unknown[];
    result: unknown;
    progress: [done: number, total: number];
  };
};

/** The events over a port. */
export type PortEvents = FrameEvents & { resize: { height: number } };

export type ToFrame =
  | { type: 'hello' }
  | { type: 'connect' }
  | { type: 'request'; id: RequestId; method: FrameMethod; args: readonly unknown[] }
  | { type: 'abort'; id: RequestId };

/** Details of the element's events as they pass a frame, and of `ready`. */
export type FrameEvents = { [K in keyof LatentInspectorEvents]: LatentInspectorEvents[K]['detail'] } & {
  ready: null;
};

export type EventMessage<K extends keyof FrameEvents = keyof FrameEvents> = {
  [P in K]: { type: 'event'; name: P; detail: FrameEvents[P] };
}[K];

export type FromFrame =
  | { type: 'listening'; session: string; port: true }
  | { type: 'reply'; id: RequestId; result: unknown }
  | { type: 'refusal'; id: RequestId; error: PlainError }
  | { type: 'step'; id: RequestId; done: number; total: number }
  | EventMessage
  | { type: 'resize'; height: number };

export type Enveloped<T> = T & { source: typeof SOURCE; version: typeof VERSION };

export function envelop<T extends ToFrame | FromFrame>(message: T): Enveloped<T> {
  return { source: SOURCE, version: VERSION, ...message };
}

/** The fields of a message of ours; null for anybody else's, and for one of another version. */
function opened(data: unknown): Record<string, unknown> | null {
  if (typeof data !== 'object' || data === null) return null;
  const fields = data as Record<string, unknown>;
  return fields.source === SOURCE && fields.version === VERSION ? fields : null;
}

function isId(value: unknown): value is RequestId {
  return typeof value === 'number' || typeof value === 'string';
}

/** No method takes more; a list may say of itself that it has billions. */
const MAX_ARGUMENTS = 4;

/** Reads what a page asks; null for everything that is no such request. */
export function readToFrame(data: unknown): ToFrame | null {
  const fields = opened(data);
  if (fields?.type === 'hello' || fields?.type === 'connect') return { type: fields.type };
  if (!fields || !isId(fields.id)) return null;
  const { id } = fields;
  if (fields.type === 'abort') return { type: 'abort', id };
  const method = FRAME_METHODS.find((known) => known === fields.method);
  if (fields.type !== 'request' || !method) return null;
  return {
    type: 'request',
    id,
    method,
    args: readArguments(fields.args),
  };
}

export function readArguments(args: unknown): readonly unknown[] {
  return Array.isArray(args) ? args.slice(0, MAX_ARGUMENTS) : [];
}

/** Reads what a frame says when it can be asked; null for everything else. `port`: it can be asked over one. */
export function readListening(data: unknown): { session: string; port: boolean } | null {
  const fields = opened(data);
  if (fields?.type !== 'listening' || typeof fields.session !== 'string') return null;
  return { session: fields.session, port: fields.port === true };
}
