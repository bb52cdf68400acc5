/**
 * Notices that something gives no sign of life. Only time in which this thread itself ran is counted: while a computer sleeps, a
 * browser freezes a page, or a long task keeps the thread, nothing could have been heard.
 */

/** Milliseconds between two looks, at most. */
const TICK = 1000;

export class Silence {
  private ticking: ReturnType<typeof setInterval> | undefined;
  private silent = 0;
  private looked = 0;

  /**
   * @param limit milliseconds of silence after which `tell` is called, once
   * @param tick milliseconds between two looks
   */
  constructor(
    private readonly limit: number,
    private readonly tell: () => void,
    private readonly tick = Math.min(TICK, limit / 4),
  ) {}

  /** A sign of life, which also begins the watch. */
  heard(): void {
    this.silent = 0;
    this.looked = performance.now();
    this.ticking ??= setInterval(() => this.look(), this.tick);
  }

  /** Expects nothing any more, until `heard` is called again. */
  rest(): void {
    clearInterval(this.ticking);
    this.ticking = undefined;
  }

  private look(): void {
    const now = performance.now();
    this.silent += Math.min(now - this.looked, 2 * this.tick);
    this.looked = now;
    if (this.silent < this.limit) return;
    this.rest();
    this.tell();
  }
}

/** `work`, which tells its signs of life; rejects with `error` where it gives none for `limit` milliseconds. */
export async function watched<T>(
  limit: number,
  error: () => Error,
  work: (silence: Silence) => Promise<T>,
): Promise<T> {
  let reject: (error: Error) => void = () => {};
  const over = new Promise<never>((_, fail) => {
    reject = fail;
  });
  const silence = new Silence(limit, () => reject(error()));
  silence.heard();
  try {
    return await Promise.race([work(silence), over]);
  } finally {
    silence.rest();
  }
}
