import { addressOf, type HubFile } from './address';
import { askedToWait, gaveUp } from './failures';
import type { Network } from './network';
import { findObstacle, isLasting, OBSTACLES, obstructed } from './obstacles';
import { HttpError, Unreachable } from './request';

/** Milliseconds of the first wait and of the longest of our own. */
const FIRST = 1000;
const LONGEST = 30_000;
/** The same where a hub says that it is asked too often, but not when it may be asked again. */
const FIRST_PATIENT = 60_000;
const LONGEST_PATIENT = 300_000;
/** A tab does not live longer than this: who asks for more is believed, and not waited for. */
const LONGEST_ASKED = 24 * 3600_000;
/** Waits are slept in pieces, so that an end by hand counts at once, and no wait is too long for a timer. */
const NAP = 1000;
/** Failures in a row, without a byte in between, after which it is given up. */
const ATTEMPTS = 6;

/** Before each request all connections of a download pass here. It is shut for a while after a failure, each time longer. */
export class RetryBackoff {
  /** One sentence on why it is shut. */
  reason = '';
  /** Called when it was shut, and when it opened again. */
  onChange: () => void = () => {};
  /** Time at which it opens again (`elapsed()`); in the past while it is open. */
  private opens = 0;
  private failures = 0;
  private round = 0;
  private hasAnswered = false;

  constructor(private readonly network: Network) {}

  get shut(): boolean {
    return this.rest > 0;
  }

  /** Time at which it opens again, by the computer's clock as it is set now. */
  get until(): number {
    return this.network.now() + this.rest;
  }

  /** Waits until it is open; returns the number of the round, for `fail`. */
  async pass(signal?: AbortSignal): Promise<number> {
    if (!this.shut) return this.round;
    while (this.shut) await this.network.sleep(Math.min(NAP, this.rest), signal);
    this.onChange();
    return this.round;
  }

  /** A new byte is here. */
  succeed(): void {
    this.failures = 0;
    this.hasAnswered = true;
  }

  /** Opens it now, as the visitor asked to go on. */
  reset(): void {
    this.failures = 0;
    this.opens = 0;
    this.onChange();
  }

  /**
   * Shuts it. Lanes that fail together count once: only the first of a round does.
   * @throws InspectorError 'network' after the last attempt, or where it is known that the next will fail as well.
   */
  async fail(round: number, error: unknown, file: HubFile): Promise<void> {
    if (round !== this.round) return;
    this.round += 1;
    this.failures += 1;
    this.reason = reasonOf(error);
    const delay = this.delay(error);
    this.opens = this.network.elapsed() + delay;
    this.onChange();
    if (delay > LONGEST_ASKED) throw askedToWait(this.reason, this.until, error);
    if (error instanceof Unreachable) await this.explain(error, file);
    if (this.failures >= ATTEMPTS) throw gaveUp(this.reason, this.failures, error);
  }

  private async explain(error: Unreachable, file: HubFile): Promise<void> {
    const address = addressOf(file);
    const obstacle = await findObstacle(this.network, address, error.cause);
    this.reason = OBSTACLES[obstacle];
    this.onChange();
    if (isLasting(obstacle, this.failures, this.hasAnswered)) {
      throw obstructed(obstacle, file, this.network.policy(address), error.cause);
    }
    // A computer that lost its network in the middle of a download is waited for.
    if (obstacle === 'offline' && this.hasAnswered) this.failures = Math.min(this.failures, ATTEMPTS - 1);
  }

  private get rest(): number {
    return this.opens - this.network.elapsed();
  }

  /** Milliseconds to wait, at least our own wait, whatever the hub says: "at once" is what it says to everybody. */
  private delay(error: unknown): number {
    const asked = error instanceof HttpError ? error.retryAfter : null;
    const patient = asked === null && error instanceof HttpError && error.status === 429;
    const [first, most] = patient ? [FIRST_PATIENT, LONGEST_PATIENT] : [FIRST, LONGEST];
    const longest = Math.min(most, first * 2 ** (this.failures - 1));
    // Not shorter than a minute where minutes are meant.
    const own = longest * (patient ? 1 + this.network.random() / 4 : 0.5 + this.network.random() / 2);
    return Math.max(own, asked ?? 0);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Unreachable) return 'No answer came from the hub.';
  if (!(error instanceof HttpError)) return 'The connection to the hub was lost.';
  if (error.status === 429) return 'The hub answers too many requests at the moment.';
  if (error.fromStorage)
    return `The storage that the hub sends to refused the file (status ${error.status}).`;
  return `The hub could not answer (status ${error.status}).`;
}
