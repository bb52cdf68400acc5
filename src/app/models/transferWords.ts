import type { InspectorState } from '@/session/types';
import { bytes, bytesOf, duration } from '../parts/format';

export type Transfer = InspectorState['transfers'][string];

/** "47 of 167 MB", or what is here where the whole is not known. */
export function transferAmount({ received, total }: Pick<Transfer, 'received' | 'total'>): string {
  return total === null ? bytes(received) : bytesOf(received, total);
}

/** Words for how far a download is: "47 of 167 MB, 8.1 MB/s, about 15 s left". `now`: `Date.now()`. */
export function transferWords(transfer: Transfer, now: number): string {
  const { state, bytesPerSecond, secondsLeft } = transfer;
  const amount = transferAmount(transfer);
  switch (state) {
    case 'asking':
      return `asking the hub for the file${silenceWords(transfer)}`;
    case 'downloading':
      return [
        amount,
        bytesPerSecond !== null && `${bytes(bytesPerSecond)}/s`,
        secondsLeft !== null && `${duration(secondsLeft)} left`,
      ]
        .filter(Boolean)
        .join(', ');
    case 'waiting':
      return `${amount} here${againWords(transfer.until, now)}. ${transfer.reason ?? 'The connection failed.'}`;
    case 'paused':
      return `paused, ${amount} here`;
    case 'checking':
      return `${amount} here, checking that they are the right bytes`;
  }
}

/** Answers come within a second or two, where they come. */
function silenceWords({ silentSeconds = 0 }: Transfer): string {
  return silentSeconds < 5 ? '' : `, no answer for ${silentSeconds} s`;
}

function againWords(until: number | null | undefined, now: number): string {
  if (until === null || until === undefined) return '';
  const seconds = Math.ceil((until - now) / 1000);
  if (seconds <= 0) return ', trying again';
  if (seconds <= 120) return `, next try in ${seconds} s`;
  const time = new Date(until).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  return `, next try in ${duration(seconds)}, at ${time}`;
}

/** 0 to 1; null where it is not known. */
export function transferFraction({ state, received, total }: Transfer): number | null {
  if (state === 'checking') return 1;
  if (state === 'asking' || !total) return null;
  return Math.min(1, received / total);
}

/**
 * Words on a download for screen readers. They stay the same from its start to the first quarter, to the next, to the end, so that
 * it is not spoken of at each tick.
 */
export function transferNews(name: string, transfer: Transfer): string {
  switch (transfer.state) {
    case 'waiting':
      return `The download of ${name} waits. ${transfer.reason ?? ''}`.trim();
    case 'paused':
      return `The download of ${name} is paused.`;
    case 'checking':
      return `${name} is here and is being checked.`;
    default: {
      const quarter = Math.min(3, Math.floor(4 * (transferFraction(transfer) ?? 0)));
      return quarter === 0 ? `Downloading ${name}.` : `${25 * quarter} % of ${name} is here.`;
    }
  }
}

/** The downloads in an order that lasts, so that lines do not change places whichever of them has news. */
export function orderedTransfers(transfers: InspectorState['transfers']): [string, Transfer][] {
  return Object.entries(transfers).sort(([a], [b]) => (a < b ? -1 : 1));
}
