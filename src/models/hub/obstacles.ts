/**
 * Obstacles between a page and a hub. A browser says of every request that fails no more than that it failed; some of what it
 * hides can be found out by asking in other ways.
 */
import { InspectorError } from '@/common/errors';
import { addressOf, type HubFile } from './address';
import type { Network } from './network';
import { ConnectionLost } from './request';

export type Obstacle =
  | 'policy'
  | 'offline'
  | 'cors'
  | 'redirects'
  | 'silent'
  | 'unreachable'
  | 'hidden'
  | 'hiddenBehind';

/** Milliseconds for which an answer to one question is waited for. */
const PATIENCE = 4000;

/** @param cause what fetch threw */
export async function findObstacle(network: Network, address: string, cause: unknown): Promise<Obstacle> {
  // The event that names a policy may come just after the failure.
  await network.sleep(0);
  if (network.policy(address) !== null) return 'policy';
  if (network.offline()) return 'offline';
  // It was waited for, long enough.
  if (cause instanceof ConnectionLost) return 'silent';
  if (/redirect/i.test(textOf(cause))) return 'redirects';
  if (await answer(network, address, { mode: 'no-cors' })) return 'cors';
  const first = await answer(network, address, { redirect: 'manual' });
  const redirects = first !== null && (first.type === 'opaqueredirect' || isRedirect(first.status));
  // A page with threads (COEP) may not ask without the header either.
  if (network.isolated()) return redirects ? 'hiddenBehind' : 'hidden';
  return redirects ? 'redirects' : 'unreachable';
}

const isRedirect = (status: number): boolean => status >= 300 && status < 400;

/** The text of an error and of what it was caused by: outside browsers that names what happened. */
function textOf(error: unknown): string {
  const { message = '', cause } = (error ?? {}) as Partial<Error>;
  return `${message} ${cause ? textOf(cause) : ''}`;
}

/** Null where none comes in time. No more than its head is taken. */
async function answer(network: Network, address: string, init: RequestInit): Promise<Response | null> {
  const control = new AbortController();
  const late = network.sleep(PATIENCE, control.signal).then(
    () => control.abort(),
    () => {},
  );
  try {
    return await network.fetch(address, { ...init, signal: control.signal, cache: 'no-store' });
  } catch {
    return null;
  } finally {
    control.abort();
    await late;
  }
}

/** One sentence each, for whoever waits. */
export const OBSTACLES: Record<Obstacle, string> = {
  policy: 'A policy of this page (Content-Security-Policy) blocks requests to the hub.',
  offline: 'This computer is offline.',
  cors: 'The hub answers, but without the header (Access-Control-Allow-Origin) by which a browser lets this page read the answer.',
  redirects: 'The hub sends the request on to another address, which leads in a circle or cannot be reached.',
  silent: 'The hub gave no answer in 45 s.',
  unreachable: 'The hub cannot be reached.',
  hidden:
    'The hub cannot be reached, or does not send the header (Access-Control-Allow-Origin) by which a browser lets this page read its answers.',
  hiddenBehind:
    'The hub sends the request on to another address, which leads in a circle, cannot be reached, or does not send the header (Access-Control-Allow-Origin) by which a browser lets this page read its answers.',
};

const REACHABLE =
  'Check the connection, the address of the hub, and whether a firewall or an extension blocks it; a mirror has to send this header. Then try again; what is kept on this computer is not downloaded twice.';

const LATER =
  'Try again later, or check the connection and the address of the hub. What is kept on this computer is not downloaded twice.';

const ADVICE: Record<Obstacle, string> = {
  policy:
    'Whoever runs this page has to allow the hub in the policy. You can also download the file from the hub and open it here.',
  offline: 'Connect to a network and try again; what is kept on this computer is not downloaded twice.',
  cors: 'If the hub was chosen by its address, check that address: a mirror has to send this header. A busy hub or the sign-in page of a network can look the same, so trying again later may help.',
  redirects:
    'Check the address of the hub, and whether a firewall or an extension blocks its storage; then try again.',
  silent: LATER,
  unreachable:
    'Check the connection, the address of the hub, and whether a firewall or an extension blocks it; then try again. What is kept on this computer is not downloaded twice.',
  hidden: REACHABLE,
  hiddenBehind: REACHABLE,
};

/** Times that each may be met in a row, before the first answer of a hub, until it is believed to last. */
const BELIEVED: Record<Obstacle, number> = {
  policy: 1,
  offline: 3,
  cors: 3,
  redirects: 3,
  silent: 2,
  unreachable: 5,
  hidden: 5,
  hiddenBehind: 3,
};

/** A policy lasts in any case; all else may pass where the hub has answered before. */
export function isLasting(obstacle: Obstacle, failures: number, hasAnswered: boolean): boolean {
  return obstacle === 'policy' || (!hasAnswered && failures >= BELIEVED[obstacle]);
}

export function obstructed(
  obstacle: Obstacle,
  file: HubFile,
  directive: string | null,
  cause: unknown,
): InspectorError {
  const which = directive === null ? '' : ` The directive is ${directive}.`;
  return new InspectorError(
    'network',
    `${addressOf(file)} cannot be downloaded. ${OBSTACLES[obstacle]}${which}`,
    ADVICE[obstacle],
    { cause },
  );
}
