/**
 * One request to a hub. Only GET, and no header but a single range: that is what browsers send to other origins without asking
 * them first, and that question (a preflight) is what storages have refused.
 */
import { originOf } from '@/common/policy';
import { unlessStill } from '@/common/standstill';
import type { Network } from './network';

/** Timed out, too early, too many requests. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);

/** The hub answered, but not with the file. */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    /** Milliseconds that it asks to wait. */
    readonly retryAfter: number | null,
    /** True where it was not the hub itself, but the storage that it sent to, by a link that may have run out. */
    readonly fromStorage = false,
  ) {
    super(`The hub answered with status ${status}.`);
  }

  /** True where the same request may succeed later: the hub sends to its storage by a new link each time. */
  get passing(): boolean {
    return this.fromStorage || PASSING.has(this.status) || this.status >= 500;
  }
}

/** Error where there was no answer at all. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super('No answer came.', { cause });
  }
}

/** The connection broke before all bytes were here. */
export class ConnectionLost extends Error {}

/** A whole answer came to its end, as long as it said, and is shorter than the file. */
export class TooShort extends Error {
  constructor(readonly bytes: number) {
    super('The file is too short.');
  }
}

/** The error for an answer that ended after so many bytes. */
export function endedEarly({ status, headers }: Response, at: number, to: number): ConnectionLost | TooShort {
  const isWhole = status === 200 && Number(headers.get('Content-Length') ?? Number.NaN) === at;
  return isWhole ? new TooShort(at) : new ConnectionLost(`The connection ended after ${at} of ${to} bytes.`);
}

export interface Range {
  from: number;
  /** The first byte that is not asked for. */
  to: number;
}

/**
 * @throws Answered where the status is neither 200 nor 206; Unreached where there is no answer; the signal's reason.
 */
export async function get(
  network: Network,
  address: string,
  { range, signal }: { range?: Range; signal?: AbortSignal | undefined } = {},
): Promise<Response> {
  const headers: HeadersInit = range ? { Range: `bytes=${range.from}-${range.to - 1}` } : {};
  const control = new AbortController();
  const stop = () => control.abort(signal!.reason);
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  // Without the browser's own cache: the file would be kept twice, and requests for one address would wait for each other.
  const asked = network.fetch(address, { headers, signal: control.signal, cache: 'no-store' });
  const response = await withinTime(asked, network, signal).catch((cause) => {
    // Browsers wait for an answer's first byte without end.
    control.abort(cause);
    signal?.throwIfAborted();
    throw new Unreachable(cause);
  });
  // Whoever reads the body listens to the signal, too.
  signal?.removeEventListener('abort', stop);
  if (response.status === 200 || response.status === 206) return response;
  await response.body?.cancel().catch(() => {});
  const fromStorage = originOf(response.url || address) !== originOf(address);
  throw new HttpError(response.status, retryAfter(response.headers, network.now()), fromStorage);
}

/** Seconds, or a date by the hub's clock where it says that as well; null where there is none, or it is hidden from the page. */
function retryAfter(headers: Headers, now: number): number | null {
  const header = headers.get('Retry-After')?.trim();
  if (!header) return null;
  const seconds = Number(header);
  const there = Date.parse(headers.get('Date') ?? '');
  const milliseconds = Number.isFinite(seconds)
    ? seconds * 1000
    : Date.parse(header) - (Number.isFinite(there) ? there : now);
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : null;
}

/** The range that a partial answer names; null for what it does not say or the browser hides. */
export function contentRange(response: Response): { from: number; total: number | null } | null {
  const found = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('Content-Range') ?? '');
  if (!found) return null;
  const [from, total] = [Number(found[1]), Number(found[2])];
  return Number.isSafeInteger(from)
    ? { from, total: Number.isSafeInteger(total) && total > 0 ? total : null }
    : null;
}

/** The body's bytes as they come. Stopping early, by `break` or by the signal, ends the transfer. */
export async function* chunks(
  response: Response,
  network: Network,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = response.body!.getReader();
  try {
    for (;;) {
      const { done, value } = await withinTime(reader.read(), network, signal);
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** `promise`, unless it comes to a standstill. @throws Cut at one; the signal's reason */
export function withinTime<T>(promise: Promise<T>, network: Network, signal?: AbortSignal): Promise<T> {
  const late = () => new ConnectionLost('Nothing came for a while.');
  return unlessStill(promise, { late, signal, sleep: network.sleep });
}
