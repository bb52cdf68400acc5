/**
 * Things that a policy of the page (Content-Security-Policy) blocks. Browsers tell it by an event, in workers too, and never by
 * what then fails.
 */
import { InspectorError } from './errors';

/** A thing that was blocked, and the directive that blocked it. */
export interface Blocked {
  /** Name of the directive, such as `worker-src`. */
  directive: string;
  /** An address, or a word: `blob`, `trusted-types-sink`, `trusted-types-policy`. */
  what: string;
}

/** After a failure, milliseconds: the event may come a little later. */
const MOMENT = 50;

const seen: Blocked[] = [];
const listeners = new Set<(blocked: Blocked) => void>();
let watching = false;

/** Remembers from now on what is blocked. */
export function watchPolicy(): void {
  if (watching || typeof globalThis.addEventListener !== 'function') return;
  watching = true;
  globalThis.addEventListener('securitypolicyviolation', (event) => {
    const { blockedURI, effectiveDirective, disposition } = event as SecurityPolicyViolationEvent;
    if (disposition !== 'enforce') return;
    const blocked = { directive: effectiveDirective, what: blockedURI };
    seen.push(blocked);
    for (const listener of [...listeners]) listener(blocked);
  });
}

/** Calls `listener` with what is blocked from now on, until the returned function is called. */
export function onBlocked(listener: (blocked: Blocked) => void): () => void {
  watchPolicy();
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The directive that has blocked requests to the address's origin; null: none has. */
export function directiveAgainst(address: string): string | null {
  const origin = originOf(address);
  const found = seen.find(({ directive, what }) => directive === 'connect-src' && originOf(what) === origin);
  return found?.directive ?? null;
}

/** The same of a request that has just failed. */
export async function directiveAgainstFailed(address: string): Promise<string | null> {
  await new Promise((resolve) => setTimeout(resolve, MOMENT));
  return directiveAgainst(address);
}

/** The directive that has blocked a worker made of text; null: none has. */
export function directiveAgainstText(): string | null {
  return seen.findLast(({ what }) => /^(?:blob|trusted-types)/.test(what))?.directive ?? null;
}

/** Null for what is no absolute address. */
export function originOf(address: string): string | null {
  return URL.canParse(address) ? new URL(address).origin : null;
}

/** The error of something that could not be downloaded because of a policy. @param what "The picture" */
export function blockedByPolicy(what: string, address: string, directive: string): InspectorError {
  return new InspectorError(
    'network',
    `${what} could not be downloaded: a policy of this page (Content-Security-Policy) blocks it by ${directive}.`,
    `Whoever runs this page has to allow ${originOf(address) ?? address} in ${directive}.`,
  );
}
