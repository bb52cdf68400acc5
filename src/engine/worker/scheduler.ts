/**
 * Order in which jobs compute. The device does one thing at a time, so jobs take turns: a job runs until it calls `turn()`,
 * and goes on only when no job of higher priority wants the device. Between stages messages get in, so a job can be
 * aborted, or give way, in the middle of a decode.
 */
import { InspectorError } from '@/common/errors';
import { aborted } from '@/common/rpc';

/** Higher goes first. */
export const PRIORITY = {
  /** Work that the visitor waits for: opening a picture, its base decode, the newest edit. */
  interactive: 3,
  /** The same for the second of two models: it does not make the first one's visitor wait. */
  secondary: 2,
  /** The control of an edit. */
  control: 1,
  /** Long studies. */
  background: 0,
  /** Work that nobody waits for. */
  idle: -1,
} as const;

/**
 * Awaited between the stages of a job: lets messages in and other jobs first; throws `aborted`, or `superseded` where the job gives
 * up. Resolves to whether another job has had the device.
 */
export type Turn = () => Promise<boolean>;

export interface JobOptions {
  priority: number;
  signal?: AbortSignal;
  /** Ends (`superseded`) where another job wants the device, in place of going on after it. */
  givesUp?: boolean;
}

interface Job extends JobOptions {
  sequence: number;
  /** Set when the job must stop: it throws this at its next `turn()`. */
  stop: InspectorError | null;
  /** Gives the job the device; absent while it has it. */
  resume: (() => void) | null;
}

export class Scheduler {
  /** Jobs that wait for the device, started or not. */
  private waiting: Job[] = [];
  private running: Job | null = null;
  private sequence = 0;

  /** @param letMessagesIn Resolves after the event loop has taken what was posted meanwhile. */
  constructor(private readonly letMessagesIn: () => Promise<void>) {}

  /** True while a job has the device, or waits for it. */
  get isBusy(): boolean {
    return this.running !== null || this.waiting.length > 0;
  }

  /**
   * Runs `work` when it is its turn. Rejects with `aborted` when its signal says so, with `superseded` when it gives up for another
   * job, else with what `work` throws.
   */
  async run<T>(options: JobOptions, work: (turn: Turn) => Promise<T>): Promise<T> {
    if (options.signal?.aborted) throw aborted();
    const job: Job = { ...options, sequence: this.sequence++, stop: null, resume: null };
    const abort = () => this.stop(job, aborted());
    options.signal?.addEventListener('abort', abort, { once: true });
    try {
      await this.acquire(job);
      return await work(() => this.turn(job));
    } finally {
      options.signal?.removeEventListener('abort', abort);
      this.release(job);
    }
  }

  private async turn(job: Job): Promise<boolean> {
    await this.letMessagesIn();
    if (job.stop) throw job.stop;
    if (!this.waiting.some((other) => other.priority > job.priority)) return false;
    if (job.givesUp) throw new InspectorError('superseded', 'Another computation took its place.');
    this.running = null;
    await this.acquire(job);
    return true;
  }

  /** Waits for the device. A job that started earlier goes before others of its priority: its number is lower. */
  private async acquire(job: Job): Promise<void> {
    await new Promise<void>((resolve) => {
      job.resume = resolve;
      this.waiting.push(job);
      this.next();
    });
    if (job.stop) throw job.stop;
  }

  private release(job: Job): void {
    if (this.running !== job) return;
    this.running = null;
    this.next();
  }

  private next(): void {
    if (this.running || this.waiting.length === 0) return;
    const first = this.waiting.reduce((best, job) =>
      job.priority > best.priority || (job.priority === best.priority && job.sequence < best.sequence)
        ? job
        : best,
    );
    this.grant(first);
  }

  private grant(job: Job): void {
    this.waiting = this.waiting.filter((other) => other !== job);
    this.running = job;
    const resume = job.resume;
    job.resume = null;
    resume?.();
  }

  /** Makes a job stop: at once if it waits for the device, else at its next `turn()`. */
  private stop(job: Job, error: InspectorError): void {
    job.stop ??= error;
    if (!this.waiting.includes(job)) return;
    // Throwing needs no device, so it leaves the queue without taking it.
    this.waiting = this.waiting.filter((other) => other !== job);
    job.resume?.();
  }
}
