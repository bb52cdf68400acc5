/**
 * Opening a picture in a model at a size: device, model, picture, latent, base decode. Only the newest wish counts. What was
 * open stays open until the new is complete, and comes back when the new fails or is cancelled. The right side of a
 * comparison follows.
 */

import { toPlain } from '../../common/errors';
import type { BackendName } from '../../engine/backends/name';
import type { Grid } from '../../latent/geometry';
import type { LatentShape } from '../../latent/types';
import type { Context } from '../context';
import type { Bringup } from '../models/bringup';
import type { Offers } from '../models/offers';
import { Fitting } from '../pictures/fitting';
import { knowsLogvar, LatentSource, layerOfMean } from '../pictures/latents';
import type { PictureSource } from '../pictures/pictures';
import { LastPicture, mayChange, type PictureWish } from '../pictures/reading';
import type { ExamplePlayer } from '../player';
import type { Turns } from '../turns';
import type { Dated, InspectorState, OpenPicture, SideResults, Size } from '../types';
import { SMALL_SIZE, smallerSize } from '../view';
import type { Beside } from './beside';
import { carryEdits, Standing } from './carry';
import { NO_RESULTS, NOT_LOADED, NOTHING_DECODED } from './side';
import { aborted, closeStudy, live, type OpenStudy, openStudy, tryBase } from './study';
import { newWaiting, rejected, type Waiting } from './waiting';

/** What is to be opened. The picture is read when its turn comes. */
export interface Wish {
  model: string;
  picture: PictureWish;
  size: Size;
  /** False while the size is only the default, which a slow device may lower. */
  sizeChosen: boolean;
  backend: BackendName | undefined;
}

export interface OpenerParts {
  context: Context;
  bringup: Bringup;
  turns: Turns;
  player: ExamplePlayer | null;
  beside: Beside;
  offers: Offers;
}

export class Opener {
  private opened: (OpenStudy & { wish: Wish }) | null = null;
  private controller: AbortController | null = null;
  private waiting: Waiting | null = null;
  private standing: Standing | null = null;
  /** Something has been open. */
  private begun = false;
  private disposed = false;
  private readonly last: LastPicture;
  private readonly fitting: Fitting;
  /** The grid that the edits are meant for. Before the first latent it follows from the size that they came with. */
  private grid: Grid | { size: Size };

  constructor(
    private readonly parts: OpenerParts,
    private wish: Wish,
    /** The picture to open where the first that is wished for cannot be opened. */
    private readonly fallback: string,
  ) {
    this.last = new LastPicture(parts.context, () => this.opened?.source);
    this.fitting = new Fitting(parts.context.activities);
    this.grid = { size: wish.size };
  }

  /** The latent that the edits are meant for, as far as it is known. */
  get shape(): LatentShape | null {
    const { posterior } = this.parts.context.get().sides.a;
    return posterior && { rows: posterior.rows, cols: posterior.cols, channels: posterior.channels };
  }

  /** What is open, or the last that was. */
  get current(): OpenStudy | null {
    return this.opened;
  }

  /** The picture or the latent that is open, as it was given; null: none is. */
  get given(): PictureWish | null {
    return this.opened?.wish.picture ?? null;
  }

  /** The models that are in use, or will be. */
  get models(): string[] {
    const { opened } = this;
    return [...(opened ? [opened.model.id] : []), ...(this.busy ? [this.wish.model] : [])];
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
    const opening = this.parts.context.activities.beginWhole(openingWords(wish, this.wish));
    const settle = (finish: () => void) => {
      opening.end();
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
          if (this.begun || controller.signal.aborted || this.wish.picture === this.fallback) return;
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

  /** Wishes for the next smaller size, and says so; false where there is none, as a latent from a file has only its own. */
  shrink(): boolean {
    const { size, picture } = this.wish;
    const smaller = picture instanceof LatentSource ? null : smallerSize(size);
    if (smaller === null) return false;
    this.parts.context.notify(
      `The memory did not suffice for ${size} x ${size} pixels, so the picture is now ${smaller} x ${smaller}. Your edits are kept.`,
    );
    this.wish = { ...this.wish, size: smaller };
    return true;
  }

  /** The right side's study becomes this side's. */
  adopt(study: OpenStudy): void {
    const { opened } = this;
    if (!opened) return;
    const wish = { ...this.wish, model: study.model.id };
    this.wish = wish;
    this.opened = { ...study, wish };
    this.grid = { rows: study.posterior.rows, cols: study.posterior.cols };
  }

  /**
   * The engine has unloaded a model, as its bytes were not the ones that were promised: what it showed is taken away. False
   * where nothing was open in it.
   */
  lose(model: string): boolean {
    const { opened } = this;
    if (opened?.model.id !== model) return false;
    const { context, beside, turns } = this.parts;
    turns.a.detach();
    beside.suspend(null);
    closeStudy(context, opened.study);
    this.opened = null;
    this.standing = null;
    if (!this.last.holds(opened.source)) opened.source.close();
    const status = this.busy ? context.get().sides.a.model.status : 'failed';
    context.put('a', { ...NO_RESULTS, model: { status, fraction: 0, info: null } }, { example: null });
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
    if (opened) closeStudy(this.parts.context, opened.study);
  }

  private async run(controller: AbortController): Promise<void> {
    const { context, beside } = this.parts;
    const { signal } = controller;
    this.standing ??= new Standing(context, this.opened?.posterior ?? null);
    const { standing } = this;
    try {
      for (;;) {
        try {
          await this.attempt(signal, standing);
          break;
        } catch (error) {
          if (signal.aborted || toPlain(error).code !== 'out-of-memory') throw error;
          if (!this.shrink() && !beside.makeRoom()) throw error;
        }
      }
      this.standing = null;
    } catch (error) {
      if (this.controller !== controller) throw error;
      const failed = this.wish;
      this.restore(!signal.aborted);
      if (!signal.aborted && failed.model !== this.opened?.model.id) context.models.fail(failed.model);
      const shown = context.fail(signal.aborted ? aborted() : error, () => {
        context.set({ failure: null });
        void this.open(failed);
      });
      if (!this.opened) beside.stop(shown);
      throw shown;
    }
  }

  private async attempt(signal: AbortSignal, standing: Standing): Promise<void> {
    const { context, bringup, offers } = this.parts;
    this.choose({ model: this.wish.model, size: this.wish.size });
    const starting = bringup.start(this.wish.backend);
    const source = await this.last.get(this.wish.picture, signal);
    if (source !== this.opened?.source && !source.latent && !this.isRecorded(source)) {
      await this.present(source, signal, standing);
    }

    const device = await starting;
    signal.throwIfAborted();
    if (device.backend === 'cpu' && !this.wish.sizeChosen && this.wish.size > SMALL_SIZE) {
      this.wish = { ...this.wish, size: SMALL_SIZE };
    }
    this.wish = { ...this.wish, model: await offers.decide(this.wish.model, signal) };
    const { size } = this.wish;
    const model = await bringup.load(this.wish.model, {
      signal,
      parts: source.latent && ['decoder'],
      report: (part) => context.put('a', { model: { ...context.get().sides.a.model, ...part } }),
    });
    context.timings.use(device.label, model.id);
    const opening = await openStudy(context, model, source, size, this.fitting, signal);
    try {
      signal.throwIfAborted();
      this.showLatent(opening, standing);
      this.showBase(await tryBase(context, opening, signal));
    } catch (error) {
      closeStudy(context, opening.study);
      throw error;
    }
    this.complete(opening);
  }

  private showLatent(opening: OpenStudy, standing: Standing): void {
    const { context, player, offers } = this.parts;
    const { model, source, pixels, posterior } = opening;
    const { size } = this.wish;
    const latent = source instanceof LatentSource ? source.name : null;
    this.replace(standing, opening);
    const shape = { rows: posterior.rows, cols: posterior.cols, channels: posterior.channels };
    const gridOf = (pictureSize: number) => {
      const side = pictureSize / model.factor;
      return { rows: side, cols: side };
    };
    const from = 'size' in this.grid ? gridOf(this.grid.size) : this.grid;
    const brought = offers.brought(model.id);
    const { view, past, future } = carryEdits(
      context,
      from,
      shape,
      brought && { edits: brought.edits, grid: gridOf(brought.size) },
    );
    const isExample = player?.matches({ model: model.id, picture: source.id, size }) ?? false;
    // A recording of the very same stays on screen until the live results are there.
    const inPlace = isExample && context.get().recorded;
    const results = { ...(inPlace ? {} : NOTHING_DECODED), posterior, madeWith: model.id };
    context.put('a', results, {
      ...(inPlace ? {} : { recorded: false }),
      example: isExample ? (context.get().example ?? player?.state(view.edits) ?? null) : null,
      picture: pixels && { ...named(source), pixels },
      past,
      future,
      view: {
        ...view,
        model: model.id,
        picture: source.id,
        latent,
        size,
        layer: knowsLogvar(posterior) ? view.layer : layerOfMean(view.layer),
      },
    });
    this.grid = { rows: posterior.rows, cols: posterior.cols };
    standing.carry(this.grid);
  }

  private showBase({ base, noDecoder }: Pick<SideResults, 'base' | 'noDecoder'>): void {
    const { context } = this.parts;
    const { edited, effect, controlMissing } = context.get().sides.a;
    const results = {
      ...(noDecoder && NOTHING_DECODED),
      base,
      noDecoder,
      // What was recorded for these edits is not exact, so it must not pass for their result any more.
      ...(!noDecoder && {
        edited: outdated(edited),
        effect: outdated(effect),
        controlMissing: outdated(controlMissing),
      }),
    };
    context.put('a', results, { recorded: false });
  }

  private complete(opening: OpenStudy): void {
    const { context, bringup, beside, offers, player, turns } = this.parts;
    const old = this.opened;
    this.opened = { ...opening, wish: this.wish };
    this.begun = true;
    if (old) closeStudy(context, old.study);
    if (old && old.source !== opening.source) old.source.close();
    player?.release();
    turns.a.attach(live(opening));
    offers.opened(opening.model.id);
    beside.follow(opening);
    bringup.keepOnly([opening.model.id, ...beside.models]);
  }

  /** Shows a new picture at once, and nothing of the old one beside it. */
  private async present(source: PictureSource, signal: AbortSignal, standing: Standing): Promise<void> {
    const { context } = this.parts;
    const { pixels } = await this.fitting.get(source, this.wish.size, signal);
    this.replace(standing, null);
    context.put('a', NO_RESULTS, {
      recorded: false,
      example: null,
      picture: { ...named(source), pixels },
      view: { ...context.get().view, picture: source.id, latent: null },
    });
  }

  /** What is on screen gives way, on the right side too where it does not belong to what comes. */
  private replace(standing: Standing, next: OpenStudy | null): void {
    this.parts.turns.a.detach();
    standing.replace();
    this.parts.beside.suspend(next);
  }

  /** Whether a recording of this very wish is on screen. */
  private isRecorded(source: PictureSource): boolean {
    const { context, player } = this.parts;
    const { model, size } = this.wish;
    return context.get().recorded && (player?.matches({ model, picture: source.id, size }) ?? false);
  }

  private restore(failed: boolean): void {
    const { context, bringup, beside, turns } = this.parts;
    const { opened, standing } = this;
    this.standing = null;
    if (standing) standing.restore(failed);
    else context.put('a', { model: { ...NOT_LOADED, status: failed ? 'failed' : 'idle' } });
    if (!opened) return;
    this.wish = { ...opened.wish, backend: this.wish.backend };
    this.grid = { rows: opened.posterior.rows, cols: opened.posterior.cols };
    this.last.remember(opened.wish.picture, opened.source);
    const device = context.get().device.report;
    if (device) context.timings.use(device.label, opened.model.id);
    if (!turns.a.attached) turns.a.attach(live(opened));
    beside.follow(opened);
    // A model that was loaded for nothing must not fill the memory.
    bringup.keepOnly([opened.model.id, ...beside.models]);
  }

  private choose(part: Partial<InspectorState['view']>): void {
    const { context } = this.parts;
    context.set({ view: { ...context.get().view, ...part } });
  }
}

/** What is being opened, by what of it is new. */
function openingWords(changed: Partial<Wish>, { picture }: Wish): string {
  if (changed.picture !== undefined) {
    return picture instanceof LatentSource ? 'Opening the latent' : 'Opening the picture';
  }
  if (changed.model !== undefined) return 'Opening the model';
  return changed.size !== undefined ? 'Changing the size' : 'Opening';
}

/** The same result, no longer that of the present edits: those are told apart by identity. */
function outdated<T>(result: Dated<T> | null): Dated<T> | null {
  return result && { ...result, edits: [...result.edits] };
}

function named({ id, title, alt }: PictureSource): Omit<OpenPicture, 'pixels'> {
  return { id, title, alt };
}
