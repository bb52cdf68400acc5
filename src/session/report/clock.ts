/** Tells how far a report is, and how long it will take: from the rows that were measured in this run. */
export class ReportClock {
  private readonly began: number;
  /** Work that this run has measured. */
  private measured = 0;

  /**
   * @param total the work of all rows, in a unit in which each takes equally long
   * @param found the work of the rows that were there already
   */
  constructor(
    private readonly total: number,
    private readonly found: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.began = now();
  }

  finished(work: number): void {
    this.measured += work;
  }

  /** @param within the part of the present row's `work` that is done, 0 to 1 */
  read(within = 0, work = 0): { fraction: number; secondsLeft: number | null } {
    const own = this.measured + within * work;
    const fraction = this.total > 0 ? Math.min(1, (this.found + own) / this.total) : 1;
    if (this.measured === 0) return { fraction, secondsLeft: null };
    const left = Math.max(0, this.total - this.found - own);
    return { fraction, secondsLeft: (((this.now() - this.began) / own) * left) / 1000 };
  }
}
