/** One line that says how far the command is and how long it will take. */

const SHORTEST = 250;

export class Progress {
  private done = 0;
  private doneWork = 0;
  private drawn = 0;
  private width = 0;
  private readonly began = performance.now();

  /**
   * @param count measurements to come
   * @param work the same in a unit in which each takes equally long
   * @param stream a terminal gets one line that changes, anything else a line a measurement
   */
  constructor(
    private readonly count: number,
    private readonly work: number,
    private readonly stream: NodeJS.WriteStream = process.stderr,
  ) {}

  /** Within a measurement: the part of it that is done, 0 to 1. */
  within(label: string, fraction: number, ownWork: number): void {
    const now = performance.now();
    if (!this.stream.isTTY || now - this.drawn < SHORTEST) return;
    this.drawn = now;
    this.draw(this.line(label, this.doneWork + fraction * ownWork));
  }

  finished(label: string, ownWork: number): void {
    this.done += 1;
    this.doneWork += ownWork;
    const line = this.line(label, this.doneWork);
    if (this.stream.isTTY) this.draw(line);
    else this.stream.write(`${line}\n`);
  }

  /** Leaves the line and starts another. */
  end(): void {
    if (this.stream.isTTY && this.width > 0) this.stream.write('\n');
    this.width = 0;
  }

  private line(label: string, doneWork: number): string {
    const left = ((performance.now() - this.began) / doneWork) * (this.work - doneWork);
    const time = doneWork > 0 ? `, ${duration(left)} left` : '';
    return `${this.done} of ${this.count}${time}: ${label}`;
  }

  private draw(line: string): void {
    const shown = line.slice(0, Math.max(20, (this.stream.columns ?? 80) - 1));
    this.stream.write(`\r${shown.padEnd(this.width)}`);
    this.width = shown.length;
  }
}

/** "12 s", "3 min", "2 h 5 min". */
export function duration(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
