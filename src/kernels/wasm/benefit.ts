/**
 * A watch on whether threads help or keep the caller waiting: on a machine whose cores others want as well, a thread may be
 * without one in the middle of a unit, for longer than the caller would have taken for all of the job.
 */

/** Jobs that are done together before it is judged. */
const TRIAL = 32;
/** Jobs that are done alone after that, where threads do not help; each time twice as many, as long as they do not. */
const SHORTEST_REST = 128;
const LONGEST_REST = 4096;
/** Margin by which others' share of the units must exceed the share of the time that the caller waited: threads want cores, too. */
const MARGIN = 0.1;

export class ThreadBenefit {
  /** Jobs to be done alone before the next trial. */
  private resting = 0;
  private rest = SHORTEST_REST;
  private start: number;
  private jobs = 0;
  private shares = 0;
  private waited = 0;

  /** @param now a clock, milliseconds */
  constructor(private readonly now: () => number = () => performance.now()) {
    this.start = now();
  }

  /** Tells whether the next job is to be done alone, and counts it as such. */
  nextAlone(): boolean {
    if (this.resting === 0) return false;
    this.resting -= 1;
    if (this.resting === 0) this.begin();
    return true;
  }

  /**
   * Enters a job that was not done alone. It costs next to nothing where nobody had to wait.
   * @param share of the units that others did, 0 to 1
   * @param waited for them at the end, beyond a moment, milliseconds
   */
  record(share: number, waited: number): void {
    this.jobs += 1;
    this.shares += share;
    if (waited === 0) return;
    this.waited += waited;
    if (this.jobs < TRIAL) return;
    // The caller did 1 - share of the work in 1 - waited / time of the time; alone it would do all of it at that pace.
    const helped = this.shares / this.jobs > this.waited / (this.now() - this.start) + MARGIN;
    this.rest = helped ? SHORTEST_REST : Math.min(2 * this.rest, LONGEST_REST);
    if (!helped) this.resting = this.rest;
    this.begin();
  }

  private begin(): void {
    this.start = this.now();
    this.jobs = 0;
    this.shares = 0;
    this.waited = 0;
  }
}
