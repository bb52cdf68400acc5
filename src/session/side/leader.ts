/** The first side's open study, as the second side sees it: something to wait for, which may be replaced at any time. */
import type { OpenStudy } from './study';

/** Error of work that rested on a first side which was replaced. */
export class Replaced extends Error {}

export class Leader {
  /** Null while it is being replaced. */
  private current: OpenStudy | null = null;
  private readonly resting = new Set<AbortController>();
  private wake: () => void = () => {};

  opened(study: OpenStudy): void {
    this.current = study;
    this.wake();
  }

  /** Ends what rests on it. */
  replaced(): void {
    this.current = null;
    for (const controller of this.resting) controller.abort();
  }

  /** Waits for an open study and returns it; never one of the model `id`, which cannot stand beside itself. */
  async get(id: string, signal: AbortSignal): Promise<OpenStudy> {
    while (!this.current || this.current.model.id === id) {
      signal.throwIfAborted();
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    signal.throwIfAborted();
    return this.current;
  }

  /**
   * Does something that rests on what is open: its signal is aborted when that is replaced, or by `signal`.
   * @throws Replaced, and whatever `work` meets
   */
  async during<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const end = () => controller.abort();
    signal.addEventListener('abort', end);
    this.resting.add(controller);
    try {
      return await work(controller.signal);
    } catch (error) {
      // Whatever it met then: it is not wanted any more.
      if (controller.signal.aborted && !signal.aborted) throw new Replaced();
      throw error;
    } finally {
      signal.removeEventListener('abort', end);
      this.resting.delete(controller);
    }
  }
}
