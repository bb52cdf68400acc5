import type { Transfer } from '../transfer';
import type { Network } from './network';

/** Milliseconds between two reports of one state, and between looks at a download from which nothing comes. */
const PAUSE = 100;
const LOOK = 1000;
/** The rate is that of the last so many milliseconds, and not known before so many. */
const WINDOW = 5000;
const ENOUGH = 1000;

export type Progress = Pick<Transfer, 'state' | 'received' | 'total' | 'reason' | 'until' | 'silentSeconds'>;

/** Tells how far a download is: not too often, at once when its state changes, and how fast it goes. */
export class Reporter {
  private samples: { at: number; arrived: number }[] = [];
  private arrived = 0;
  private last: { at: number; state: Transfer['state'] } | null = null;
  private readonly timer: ReturnType<typeof setInterval>;

  /** @param look what is to be reported now; null: nothing */
  constructor(
    private readonly network: Network,
    private readonly report: ((transfer: Transfer) => void) | undefined,
    private readonly look: () => Progress | null,
  ) {
    this.timer = setInterval(() => this.update(), LOOK);
  }

  /** So many bytes came over the network. */
  add(bytes: number): void {
    this.arrived += bytes;
    this.update();
  }

  update(): void {
    const progress = this.look();
    if (!progress) return;
    const at = this.network.elapsed();
    if (this.last?.state === progress.state && at - this.last.at < PAUSE) return;
    // Time in which nothing was meant to come says nothing about the rate.
    if (this.last?.state !== 'downloading') this.samples = [];
    this.samples.push({ at, arrived: this.arrived });
    while (this.samples.length > 2 && at - this.samples[1].at > WINDOW) this.samples.shift();
    this.last = { at, state: progress.state };
    this.report?.({ ...progress, ...this.speed(progress) });
  }

  end(): void {
    clearInterval(this.timer);
  }

  private speed({ state, received, total }: Progress): Pick<Transfer, 'bytesPerSecond' | 'secondsLeft'> {
    const [first] = this.samples;
    const last = this.samples.at(-1)!;
    if (state !== 'downloading' || last.at - first.at < ENOUGH) {
      return { bytesPerSecond: null, secondsLeft: null };
    }
    const bytesPerSecond = ((last.arrived - first.arrived) / (last.at - first.at)) * 1000;
    const left = total === null || bytesPerSecond === 0 ? null : (total - received) / bytesPerSecond;
    return { bytesPerSecond, secondsLeft: left };
  }
}
