/** Fitting a picture to a size, once for all that ask for it: a photograph of fifty megapixels takes seconds. */
import type { Pixels } from '@/engine/protocol';
import type { Activities } from '../activity';
import type { PictureSource } from './pictures';

export interface Fitted {
  pixels: Pixels;
  /** Full sentences worth saying. */
  notices: string[];
}

interface Fit {
  source: PictureSource;
  size: number;
  result: Promise<Fitted>;
  controller: AbortController;
  /** Number of calls that still wait for it. */
  waiting: number;
  done: boolean;
}

/** Work that nobody waits for any more goes on for so long, as the next may ask for the same. Milliseconds. */
const GRACE = 50;

/** The picture that was fitted last; whoever asks for the same again, also while it is being fitted, is given that. */
export class Fitting {
  private last: Fit | null = null;

  constructor(private readonly activities: Activities) {}

  /** @throws the signal's reason, and whatever fitting meets */
  async get(source: PictureSource, size: number, signal: AbortSignal): Promise<Fitted> {
    signal.throwIfAborted();
    const fit = this.find(source, size) ?? this.begin(source, size);
    fit.waiting += 1;
    let leave = () => {};
    const left = new Promise<never>((_, reject) => {
      leave = () => reject(signal.reason);
      signal.addEventListener('abort', leave, { once: true });
    });
    try {
      return await Promise.race([fit.result, left]);
    } finally {
      signal.removeEventListener('abort', leave);
      fit.waiting -= 1;
      if (fit.waiting === 0 && !fit.done) setTimeout(() => this.giveUp(fit), GRACE);
    }
  }

  private find(source: PictureSource, size: number): Fit | null {
    const { last } = this;
    return last?.source === source && last.size === size && !last.controller.signal.aborted ? last : null;
  }

  private begin(source: PictureSource, size: number): Fit {
    // What is fitted for others is not wanted any more once another is asked for.
    if (this.last && !this.last.done) this.last.controller.abort();
    const controller = new AbortController();
    const work = this.activities.begin(fittingWords(source, size));
    const result = source
      .fit(size, controller.signal, (fraction) => work.progress(fraction))
      .finally(work.end);
    const fit: Fit = { source, size, result, controller, waiting: 0, done: false };
    this.last = fit;
    result.then(
      () => {
        fit.done = true;
      },
      () => {
        fit.done = true;
        if (this.last === fit) this.last = null;
      },
    );
    return fit;
  }

  private giveUp(fit: Fit): void {
    if (fit.waiting > 0 || fit.done) return;
    fit.controller.abort();
    if (this.last === fit) this.last = null;
  }
}

/** "Resampling the picture, 4032 x 3024 to 512 x 512". */
export function fittingWords({ width, height }: PictureSource, size: number): string {
  if (!width || !height) return 'Fitting the picture';
  return `Resampling the picture, ${width} \u00d7 ${height} to ${size} \u00d7 ${size}`;
}
