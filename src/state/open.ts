/**
 * Opening a picture in a model at a size: device, model, picture, latent, base decode. Only the newest wish counts. What was
 * open stays open until the new is complete, and comes back when the new fails or is cancelled.
 */
import type { BackendName, ModelInfo } from '../engine/protocol';
import { InspectorError, toPlain } from '../errors';
import type { Grid } from '../inspect/geometry';
import { posteriorMean } from '../inspect/layers';
import type { PosteriorData } from '../inspect/types';
import { Bringup } from './bringup';
import { carryEdits, Standing } from './carry';
import type { Context } from './context';
import type { PictureSource } from './pictures';
import type { ExamplePlayer } from './player';
import type { EffectPipeline } from './poke';
import { LastPicture, mayChange, type PictureWish } from './reading';
import type { Shape } from './regrid';
import type { Dated, InspectorState, OpenPicture, Size } from './types';
import { SMALL_SIZE, smallerSize } from './view';

/** What is to be opened. The picture is read when its turn comes. */
export interface Wish {
  model: string;
  picture: PictureWish;
  size: Size;
  /** False while the size is only the default, which a slow device may lower. */
  sizeChosen: boolean;
  backend: BackendName | undefined;
}

interface Opened {
  study: number;
  model: ModelInfo;
  source: PictureSource;
  wish: Wish;
  posterior: PosteriorData;
}

interface Waiting {
  promise: Promise<void>;
  resolve(): void;
  reject(error: unknown): void;
}

export class Opener {
  private readonly bringup: Bringup;
  private opened: Opened | null = null;
  private controller: AbortController | null = null;
  private waiting: Waiting | null = null;
  private standing: Standing | null = null;
  private disposed = false;
  private readonly last: LastPicture;
  /** The grid that the edits are meant for. Before the first latent it follows from the size that they came with. */
  private grid: Grid | { size: Size };

  constructor(
    private readonly context: Context,
    private readonly pipeline: EffectPipeline,
    private readonly player: ExamplePlayer | null,
    private wish: Wish,
    /** The picture to open where the first that is wished for cannot be opened. */
    private readonly fallback: string,
  ) {
    this.bringup = new Bringup(context);
    this.last = new LastPicture(context, () => this.opened?.source);
    this.grid = { size: wish.size };
  }

  /** The latent that the edits are meant for, as far as it is known. */
  get shape(): Shape | null {
    const { posterior } = this.context.get();
    return posterior && { rows: posterior.rows, cols: posterior.cols, channels: posterior.channels };
  }

  /**
   * Opens what is open or being opened, changed by `wish`. The promise is settled by the newest call.
   * @throws InspectorError as described for the store's actions
   */
  open(wish: Partial<Wish> = {}): Promise<void> {
    if (this.disposed) return rejected(aborted());
    if (wish.picture !== undefined && mayChange(wish.picture)) this.last.forget();
    this.wish = { ...this.wish, ...wish };
    this.controller?.abort();
    const controller = new AbortController();
    this.controller = controller;
    this.waiting ??= newWaiting();
    const { promise, resolve, reject } = this.waiting;
    const settle = (finish: () => void) => {
      // A newer call has taken over and settles the promise when it is done.
      if (this.controller !== controller) return;
      this.controller = null;
      this.waiting = null;
      finish();
    };
    this.run(controller).then(
      () => settle(resolve),
      (error) =>
        settle(() => {
          reject(error);
          if (this.opened || controller.signal.aborted || this.wish.picture === this.fallback) return;
          this.open({ picture: this.fallback }).catch(() => {});
        }),
    );
    return promise;
  }

  /** Whether something is being opened. */
  get busy(): boolean {
    return this.controller !== null;
  }

  /** Gives up opening; what was open before is there again. */
  cancel(): void {
    this.controller?.abort();
  }

  /** Wishes for the next smaller size, and says so; false where there is none. */
  shrink(): boolean {
    const { size } = this.wish;
    const smaller = smallerSize(size);
    if (smaller === null) return false;
    this.context.notify(
      `The memory did not suffice for ${size} x ${size} pixels, so the picture is now ${smaller} x ${smaller}. Your edits are kept.`,
    );
    this.wish = { ...this.wish, size: smaller };
    return true;
  }

  /** Closes what is open; what is being opened rejects with `aborted`, and so does every later call. */
  dispose(): void {
    const { controller, opened, waiting } = this;
    this.disposed = true;
    this.controller = null;
    this.waiting = null;
    controller?.abort();
    waiting?.reject(aborted());
    this.last.forget();
    opened?.source.close();
    if (opened) this.close(opened.study);
  }

  private async run(controller: AbortController): Promise<void> {
    const { context } = this;
    const { signal } = controller;
    const { posterior } = this.opened ?? {};
    this.standing ??= new Standing(context, posterior ?? null);
    try {
      for (;;) {
        try {
          await this.attempt(signal, this.standing);
          break;
        } catch (error) {
          if (signal.aborted || toPlain(error).code !== 'out-of-memory' || !this.shrink()) throw error;
        }
      }
      this.standing = null;
    } catch (error) {
      if (this.controller !== controller) throw error;
      const failed = this.wish;
      this.restore(!signal.aborted);
      throw context.fail(signal.aborted ? aborted() : error, () => {
        context.set({ failure: null });
        void this.open(failed);
      });
    }
  }

  private async attempt(signal: AbortSignal, standing: Standing): Promise<void> {
    const { context, bringup } = this;
    const choose = (part: Partial<InspectorState['view']>) =>
      context.set({ view: { ...context.get().view, ...part } });
    choose({ model: this.wish.model, size: this.wish.size });
    const starting = bringup.start(this.wish.backend);
    const source = await this.last.get(this.wish.picture, signal);
    if (source !== this.opened?.source && !this.isRecorded(source)) {
      await this.present(source, signal, standing);
    }

    const report = await starting;
    signal.throwIfAborted();
    if (report.backend === 'cpu' && !this.wish.sizeChosen && this.wish.size > SMALL_SIZE) {
      this.wish = { ...this.wish, size: SMALL_SIZE };
    }
    const { size } = this.wish;
    const model = await bringup.load(this.wish.model, signal);
    const { pixels, notices } = await source.fit(size, signal);
    signal.throwIfAborted();
    notices.forEach(context.notify);

    const encoding = context.activities.begin('Encoding', context.get().timings.encode[size]);
    const progress = (fraction: number) => encoding.progress(fraction);
    const { study, posterior, encodeMilliseconds } = await context.engine
      .open({ model: model.id, picture: pixels }, { signal, onProgress: progress })
      .finally(encoding.end);
    try {
      signal.throwIfAborted();
      context.timings.record('encode', size, encodeMilliseconds);
      this.pipeline.detach();
      standing.replace();
      const { rows, cols, channels } = posterior;
      const side = 'size' in this.grid ? this.grid.size / model.factor : 0;
      carryEdits(context, 'size' in this.grid ? { rows: side, cols: side } : this.grid, {
        rows,
        cols,
        channels,
      });
      this.grid = { rows, cols };
      standing.carry(this.grid);

      const isExample = this.player?.matches({ model: model.id, picture: source.id, size }) ?? false;
      // A recording of the very same stays on screen until the live results are there.
      const inPlace = isExample && context.get().recorded;
      context.set({
        ...(inPlace ? {} : { ...NOTHING_DECODED, recorded: false }),
        example: isExample
          ? (context.get().example ?? this.player?.state(context.get().view.edits) ?? null)
          : null,
        picture: { ...named(source), pixels },
        posterior,
      });
      choose({ model: model.id, picture: source.id, size });

      const decoding = context.activities.begin('Decoding', context.get().timings.decode[size]);
      const base = await context.engine
        .base({ study }, { signal, onProgress: (fraction) => decoding.progress(fraction) })
        .finally(decoding.end);
      signal.throwIfAborted();
      context.timings.record('decode', size, base.decodeMilliseconds);
      const { edited, effect, controlMissing } = context.get();
      context.set({
        base: base.pixels,
        recorded: false,
        // What was recorded for these edits is not exact, so it must not pass for their result any more.
        edited: outdated(edited),
        effect: outdated(effect),
        controlMissing: outdated(controlMissing),
      });
    } catch (error) {
      this.close(study);
      throw error;
    }

    const old = this.opened;
    this.opened = { study, model, source, wish: this.wish, posterior };
    if (old) this.close(old.study);
    if (old && old.source !== source) old.source.close();
    bringup.keepOnly(model.id);
    this.player?.release();
    this.pipeline.attach({ study, mean: posteriorMean(posterior), size });
  }

  /** Shows a new picture at once, and nothing of the old one beside it. */
  private async present(source: PictureSource, signal: AbortSignal, standing: Standing): Promise<void> {
    const { context } = this;
    const { pixels } = await source.fit(this.wish.size, signal);
    signal.throwIfAborted();
    this.pipeline.detach();
    standing.replace();
    context.set({
      ...NOTHING_DECODED,
      recorded: false,
      example: null,
      picture: { ...named(source), pixels },
      posterior: null,
      view: { ...context.get().view, picture: source.id },
    });
  }

  /** Whether a recording of this very wish is on screen. */
  private isRecorded(source: PictureSource): boolean {
    const { model, size } = this.wish;
    return (
      this.context.get().recorded && (this.player?.matches({ model, picture: source.id, size }) ?? false)
    );
  }

  private restore(failed: boolean): void {
    const { opened } = this;
    this.standing?.restore(failed);
    this.standing = null;
    if (!opened) return;
    this.wish = { ...opened.wish, backend: this.wish.backend };
    this.grid = { rows: opened.posterior.rows, cols: opened.posterior.cols };
    this.last.remember(opened.wish.picture, opened.source);
    // A model that was loaded for nothing must not fill the memory.
    this.bringup.keepOnly(opened.model.id);
    if (this.pipeline.attached) return;
    const mean = posteriorMean(opened.posterior);
    this.pipeline.attach({ study: opened.study, mean, size: opened.wish.size });
  }

  private close(study: number): void {
    void this.context.engine.close({ study }).catch(() => {});
  }
}

const NOTHING_DECODED = {
  base: null,
  edited: null,
  control: null,
  controlMissing: null,
  effect: null,
} satisfies Partial<InspectorState>;

/** The same result, no longer that of the present edits: those are told apart by identity. */
function outdated<T>(result: Dated<T> | null): Dated<T> | null {
  return result && { ...result, edits: [...result.edits] };
}

function named({ id, title, alt }: PictureSource): Omit<OpenPicture, 'pixels'> {
  return { id, title, alt };
}

function aborted(): InspectorError {
  return new InspectorError('aborted', 'Opening the picture was cancelled.');
}

function newWaiting(): Waiting {
  const waiting = {} as Waiting;
  waiting.promise = new Promise<void>((resolve, reject) => {
    Object.assign(waiting, { resolve, reject });
  });
  // The failure is shown; a caller who does not wait for it must not hear of it twice.
  waiting.promise.catch(() => {});
  return waiting;
}

/** Like `Promise.reject`, for callers who may not wait for it. */
function rejected(error: InspectorError): Promise<void> {
  const waiting = newWaiting();
  waiting.reject(error);
  return waiting.promise;
}
