/** Work of which only the newest counts: it takes the place of what runs, and all who wait hear what became of it. */
import { type Deferred, deferred } from '@/common/deferred';

export interface NewestWork {
  run(signal: AbortSignal): Promise<void>;
  /** Called when it is done; nothing runs any more. */
  done?(): void;
  /**
   * Called when it failed, or was given up (`cancelled`), and nothing newer has taken its place; nothing runs any more.
   * @returns what they hear who wait
   */
  failed(error: unknown, cancelled: boolean): unknown;
}

export class Newest {
  private controller: AbortController | null = null;
  private waiting: Deferred | null = null;

  get busy(): boolean {
    return this.controller !== null;
  }

  /** Gives up what runs and begins this instead. The promise is settled by the newest call. */
  begin({ run, done, failed }: NewestWork): Promise<void> {
    this.controller?.abort();
    const controller = new AbortController();
    this.controller = controller;
    this.waiting ??= deferred();
    const { promise } = this.waiting;
    const settle = (finish: (waiting: Deferred | null) => void) => {
      // A newer call has taken over and settles the promise when it is done.
      if (this.controller !== controller) return;
      const { waiting } = this;
      this.controller = null;
      this.waiting = null;
      finish(waiting);
    };
    run(controller.signal).then(
      () =>
        settle((waiting) => {
          waiting?.resolve();
          done?.();
        }),
      (error) => settle((waiting) => waiting?.reject(failed(error, controller.signal.aborted))),
    );
    return promise;
  }

  /** Gives up what runs: it fails, as cancelled. */
  cancel(): void {
    this.controller?.abort();
  }

  /** Gives up what runs without a word from it. Those who wait are left to the caller; null where nobody does. */
  drop(): Deferred | null {
    const { controller, waiting } = this;
    this.controller = null;
    this.waiting = null;
    controller?.abort();
    return waiting;
  }
}
