import { gaveUp } from './failures';
import type { Network } from './network';
import { Answered } from './request';

/** In milliseconds: the first wait, the longest of our own, the longest that a hub may ask for. */
const FIRST = 1000;
const LONGEST = 30_000;
const LONGEST_ASKED = 60_000;
/** Failures in a row, without a byte in between, after which it is given up. */
const ATTEMPTS = 6;

/** Before each request all lanes pass this gate. It is shut for a while after a failure, each time longer. */
export class Gate {
  /** When it opens again (`now()`); in the past while it is open. */
  until = 0;
  /** Why it is shut, one sentence. */
  reason = '';
  /** Called when it was shut, and when it opened again. */
  onChange: () => void = () => {};
  private failures = 0;
  private round = 0;

  constructor(private readonly network: Network) {}

  get shut(): boolean {
    return this.network.now() < this.until;
  }

  /** Waits until it is open; returns the number of the round, for `fail`. */
  async pass(signal?: AbortSignal): Promise<number> {
    if (!this.shut) return this.round;
    while (this.shut) await this.network.sleep(this.until - this.network.now(), signal);
    this.onChange();
    return this.round;
  }

  /** A new byte is here. */
  succeed(): void {
    this.failures = 0;
  }

  /** Opens it now, as the visitor asked to go on. */
  reset(): void {
    this.failures = 0;
    this.until = 0;
  }

  /**
   * Shuts it. Lanes that fail together count once: only the first of a round does.
   * @throws InspectorError 'network' after the last attempt.
   */
  fail(round: number, error: unknown): void {
    if (round !== this.round) return;
    this.round += 1;
    this.failures += 1;
    this.reason = reasonOf(error);
    if (this.failures >= ATTEMPTS) throw gaveUp(this.reason, this.failures, error);
    this.until = this.network.now() + this.delay(error instanceof Answered ? error.retryAfter : null);
    this.onChange();
  }

  private delay(asked: number | null): number {
    if (asked !== null) return Math.min(asked, LONGEST_ASKED);
    const longest = Math.min(LONGEST, FIRST * 2 ** (this.failures - 1));
    return longest * (0.5 + this.network.random() / 2);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Answered)) return 'The connection to the hub was lost.';
  if (error.status === 429) return 'The hub answers too many requests at the moment and asks to wait.';
  return `The hub could not answer (status ${error.status}).`;
}
