/** A second try of WebGPU once it was lost: a while later, after some time in which nothing was computed, and only once. */

/** After the loss, milliseconds: a browser starts its graphics process anew within seconds, a driver within a minute. */
export const AFTER = 60_000;
/** Milliseconds for which nothing may have been asked of the engine: work of many calls, a report, leaves shorter gaps. */
export const QUIET = 20_000;

export class SecondChance {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private given = false;
  private calls = 0;
  private quietSince = performance.now();

  /**
   * @param attempt makes the attempt; resolves to false where somebody wanted the engine meanwhile, and it is to be made later
   */
  constructor(
    private readonly attempt: () => Promise<boolean>,
    private readonly after = AFTER,
    private readonly quiet = QUIET,
  ) {}

  get isBusy(): boolean {
    return this.calls > 0;
  }

  /** WebGPU was lost. */
  lost(): void {
    if (this.given) return;
    this.given = true;
    this.wait(this.after);
  }

  /** Forgets that it was lost. */
  end(): void {
    clearTimeout(this.timer);
    this.given = false;
  }

  /** Counts `work` as something that is being done. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.calls += 1;
    try {
      return await work();
    } finally {
      this.calls -= 1;
      this.quietSince = performance.now();
    }
  }

  private wait(milliseconds: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(async () => {
      const left = this.isBusy ? this.quiet : this.quietSince + this.quiet - performance.now();
      if (left > 0) this.wait(left);
      else if (!(await this.attempt())) this.wait(this.quiet);
    }, milliseconds);
  }
}
