/**
 * The messages between a page and an inspector that stands in one of its frames (`?embed=1`, see request.ts). Each is plain
 * data under `{ source: 'latent-inspector', version: 1, type }`:
 *
 *     page -> frame   hello                            are you there? it answers `listening`
 *                     request  { id, method, args }    calls a method of the element; answered by `reply` or `refusal`
 *                     abort    { id }                  stops an experiment; its request is then refused with `aborted`
 *     frame -> page   listening { session }            requests are answered from now on; another session: it was loaded anew
 *                     reply    { id, result }
 *                     refusal  { id, error }           `error` is { code, message, advice }, as of an InspectorError
 *                     step     { id, done, total }     how far an experiment is
 *                     event    { name, detail }        the element's events, and `ready` (detail null) with the first picture
 *                     resize   { height }              CSS pixels that the instrument needs
 *
 * `id` is the page's choice: a number or text that it uses once. Pictures go as Blob or ImageBitmap, what comes back as
 * ImageData and Float32Array, by structured clone.
 *
 * **Origins.** The frame answers its parent window alone, and only where the origin of the message is one of those that its
 * address names (`?origin=https://blog.example`), by default its own. Everything else is ignored without an answer. What it
 * sends is addressed to that very origin, never to `*`. The page checks the frame's window and origin in the same way;
 * `connect` (connect.ts) does it for you.
 */

import type { ErrorCode, PlainError } from '../../common/errors';
import type { Edit } from '../../edits';
import type { LatentInspectorEvents } from '../face';
import { type InspectorMethods, METHOD_NAMES } from '../methods';

export const SOURCE = 'latent-inspector';
export const VERSION = 1;

/** What can be sent as a picture. */
export type FramePicture = Blob | ImageBitmap | ImageData | string;

/** What may be asked of a frame: the element's methods, and its two properties. */
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

export type ToFrame =
  | { type: 'hello' }
  | { type: 'request'; id: RequestId; method: FrameMethod; args: readonly unknown[] }
  | { type: 'abort'; id: RequestId };

/** What the element's events carry as they pass a frame, and `ready`. */
export type FrameEvents = { [K in keyof LatentInspectorEvents]: LatentInspectorEvents[K]['detail'] } & {
  ready: null;
};

export type EventMessage<K extends keyof FrameEvents = keyof FrameEvents> = {
  [P in K]: { type: 'event'; name: P; detail: FrameEvents[P] };
}[K];

export type FromFrame =
  | { type: 'listening'; session: string }
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

/** What a page asks, as far as it can be read; null for everything else. */
export function readToFrame(data: unknown): ToFrame | null {
  const fields = opened(data);
  if (fields?.type === 'hello') return { type: 'hello' };
  if (!fields || !isId(fields.id)) return null;
  const { id } = fields;
  if (fields.type === 'abort') return { type: 'abort', id };
  const method = FRAME_METHODS.find((known) => known === fields.method);
  if (fields.type !== 'request' || !method) return null;
  return {
    type: 'request',
    id,
    method,
    args: Array.isArray(fields.args) ? fields.args.slice(0, MAX_ARGUMENTS) : [],
  };
}

/** A newer frame may tell of more, which an older page passes over. */
const EVENTS: Record<keyof FrameEvents, true> = {
  ready: true,
  posterior: true,
  effect: true,
  progress: true,
  failure: true,
};

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const asText = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What a frame says, as far as it can be read; null for everything else. What results and events hold is the frame's word. */
export function readFromFrame(data: unknown): FromFrame | null {
  const fields = opened(data);
  if (!fields) return null;
  const { type, id, session, name, height, done, total } = fields;
  switch (type) {
    case 'listening':
      return typeof session === 'string' ? { type, session } : null;
    case 'reply':
      return isId(id) ? { type, id, result: fields.result } : null;
    case 'refusal': {
      const { code, message, advice } = Object(fields.error) as Record<string, unknown>;
      const known = { code: (asText(code) || 'internal') as ErrorCode, advice: asText(advice) };
      return isId(id)
        ? { type, id, error: { ...known, message: asText(message) || 'Unknown error.' } }
        : null;
    }
    case 'step':
      return isId(id) && isNumber(done) && isNumber(total) ? { type, id, done, total } : null;
    case 'event': {
      if (typeof name !== 'string' || !Object.hasOwn(EVENTS, name)) return null;
      return { type, name, detail: fields.detail } as EventMessage;
    }
    case 'resize':
      return isNumber(height) && height >= 0 ? { type, height } : null;
    default:
      return null;
  }
}
