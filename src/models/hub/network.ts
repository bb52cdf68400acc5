import { directiveAgainst, watchPolicy } from '@/common/policy';
import { sleep } from '@/common/standstill';
import { fromBrowser } from '../stores/browser';

/** The part of the world outside that a download needs, so that tests can bring their own. */
export interface Network {
  fetch: typeof globalThis.fetch;
  /** Milliseconds since 1970, by the computer's clock, which may be set at any moment: for dates alone. */
  now(): number;
  /** Milliseconds by a clock that never goes back: for waits and rates. */
  elapsed(): number;
  /** Rejects with the signal's reason. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** 0 to 1. */
  random(): number;
  /** True where the browser knows that there is no network. */
  offline(): boolean;
  /** True where the page is cross-origin isolated, so that answers of others without leave do not even arrive unread. */
  isolated(): boolean;
  /** The directive of the page's policy that has blocked requests to the address's origin; null: none has. */
  policy(address: string): string | null;
}

export const NETWORK: Network = {
  fetch: (input, init) => {
    watchPolicy();
    return globalThis.fetch(input, init);
  },
  now: Date.now,
  elapsed: () => performance.now(),
  sleep,
  random: Math.random,
  offline: () => fromBrowser((browser) => browser.navigator?.onLine) === false,
  isolated: () => globalThis.crossOriginIsolated === true,
  policy: directiveAgainst,
};
