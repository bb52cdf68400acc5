/** Counts of backends' failures of late: what happened long ago does not tell that a backend is unfit. */
import type { BackendName } from '../backends/name';

/** Failures that lie farther apart, milliseconds, do not count together. */
export const TOGETHER = 10 * 60_000;

export class FailureHistory {
  private readonly times = new Map<BackendName, number[]>();

  /** @param now milliseconds, by a clock that never goes back */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Notes a failure; returns how many there were in the last ten minutes, this one included. */
  note(backend: BackendName): number {
    const now = this.now();
    const times = [...this.recent(backend, now), now];
    this.times.set(backend, times);
    return times.length;
  }

  /** Failures of this backend in the last ten minutes. */
  count(backend: BackendName): number {
    return this.recent(backend, this.now()).length;
  }

  forget(): void {
    this.times.clear();
  }

  private recent(backend: BackendName, now: number): number[] {
    return (this.times.get(backend) ?? []).filter((time) => now - time < TOGETHER);
  }
}
