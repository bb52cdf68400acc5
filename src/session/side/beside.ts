/**
 * The right side of a comparison: a second model on the picture that is open on the left. It follows the left side, gives way
 * to it, and cannot take it down. A model that is being opened replaces the one before when its latent is there; when it
 * fails or is cancelled, that one comes back.
 */
import { InspectorError, toPlain } from '../../common/errors';
import type { PosteriorData } from '../../latent/types';
import type { Context } from '../context';
import type { Bringup } from '../models/bringup';
import { checkChannels, LatentSource } from '../pictures/latents';
import type { Turns } from '../turns';
import { type ModelState, SIZES, type SideResults, type SideState } from '../types';
import { LeftSide, Replaced } from './left';
import { emptySide, NO_RESULTS, NOT_LOADED, NOTHING_DECODED, resultsOf } from './side';
import { aborted, closeStudy, encode, live, type OpenStudy, tryBase } from './study';
import { newWaiting, rejected, type Waiting } from './waiting';

/** What is open on the right. */
interface Opened extends OpenStudy {
  /** The study on the left with the same latent; null where this one was encoded by itself. */
  sharedWith: number | null;
  /** What was on screen of it when something else took its place; null while it is on screen. */
  hidden: SideResults | null;
}

export interface BesideOptions {
  context: Context;
  bringup: Bringup;
  turns: Turns;
  /** Opens the left side at the next smaller size; false where there is none. */
  shrink(): boolean;
  /** The models that the left side needs. */
  leftModels(): readonly string[];
}

export class Beside {
  private opened: Opened | null = null;
  private wished: string | null = null;
  /** Of the model that is being opened, from loading to its base decode. */
  private controller: AbortController | null = null;
  private waiting: Waiting | null = null;
  private readonly left = new LeftSide();
  private disposed = false;

  constructor(private readonly options: BesideOptions) {}

  /** Whether a model is being opened, or waits for the left side. */
  get busy(): boolean {
    return this.controller !== null;
  }

  /** What is open, or the last that was. */
  get current(): OpenStudy | null {
    return this.opened;
  }

  /** The models that are in use, or will be. */
  get models(): string[] {
    return [...(this.opened ? [this.opened.model.id] : []), ...(this.wished ? [this.wished] : [])];
  }

  /**
   * Opens a model beside the left one, as soon as that is open. The promise is settled by the newest call.
   * @throws InspectorError as described for the store's actions
   */
  choose(id: string): Promise<void> {
    if (this.disposed) return rejected(aborted());
    const { context } = this.options;
    const { view, sides } = context.get();
    this.wished = id;
    const b = sides.b ?? emptySide(id, [], view.cell);
    const model: ModelState = { ...b.model, status: 'idle', fraction: 0 };
    context.set({ view: { ...view, compare: id }, sides: { ...sides, b: { ...b, id, model } } });
    return this.begin();
  }

  /** Takes the right side away. What was being opened there is given up; whoever waits for it is told by `settle`. */
  remove(settle: (waiting: Waiting) => void = ({ resolve }) => resolve()): void {
    const { context, turns } = this.options;
    const { controller, opened, waiting } = this;
    this.wished = null;
    this.opened = null;
    this.controller = null;
    this.waiting = null;
    turns.b.detach();
    controller?.abort();
    if (opened) closeStudy(context, opened.study);
    const { view, sides } = context.get();
    context.set({ view: { ...view, compare: null }, sides: { ...sides, b: null } });
    this.release();
    if (waiting) settle(waiting);
  }

  /** Gives up what is being opened: the model before it is there again, or none. */
  cancel(): void {
    this.controller?.abort();
  }

  /** Takes up again what failed. */
  resume(): void {
    if (this.wished && !this.busy && this.opened?.model.id !== this.wished) void this.begin();
  }

  /** Closes the right side, as the memory does not hold two models; says so. False where there is none. */
  makeRoom(): boolean {
    const { context } = this.options;
    const { b } = context.get().sides;
    if (!b) return false;
    context.notify(
      `The memory did not suffice for two models, so ${context.models.nameOf(b.id)} was taken away. Your edits are kept.`,
    );
    this.remove(({ reject }) =>
      reject(new InspectorError('out-of-memory', 'The memory did not suffice for two models.')),
    );
    return true;
  }

  /**
   * What is open on the left is about to be replaced on screen. Loading a model goes on meanwhile.
   * @param next what takes its place, as far as it is known: what belongs to it too stays on screen
   */
  suspend(next: OpenStudy | null): void {
    this.left.replaced();
    this.options.turns.b.detach();
    if (!(this.opened && next && this.fits(this.opened, next))) this.hide();
  }

  /** This is open on the left now. */
  follow(left: OpenStudy): void {
    const { opened } = this;
    if (opened && !this.fits(opened, left)) {
      this.opened = null;
      closeStudy(this.options.context, opened.study);
    } else if (opened) this.show(opened);
    this.left.opened(left);
    if (this.wished !== left.model.id) this.resume();
    // What was wished for here stands on the left: what was here before stays, else nothing.
    else if (this.busy) this.cancel();
    else this.remove();
  }

  /** Nothing could be opened on the left: whoever waits for the right side hears the same. */
  stop(error: unknown): void {
    const { controller, waiting } = this;
    this.controller = null;
    this.waiting = null;
    controller?.abort();
    this.report({ status: 'idle', fraction: 0 });
    waiting?.reject(error);
  }

  /**
   * The engine has unloaded a model, as its bytes were not the ones that were promised: what it showed is taken away. False
   * where nothing was open in it.
   */
  lose(model: string): boolean {
    const { context, turns } = this.options;
    const { opened } = this;
    if (opened?.model.id !== model) return false;
    turns.b.detach();
    closeStudy(context, opened.study);
    this.opened = null;
    context.put('b', { ...NO_RESULTS, ...(!this.busy && { model: { ...NOT_LOADED, status: 'failed' } }) });
    return true;
  }

  /** The left side's study becomes this side's, and `left` the left side's. */
  adopt(study: OpenStudy, left: OpenStudy): void {
    const shared = this.opened?.sharedWith !== null;
    this.opened = { ...study, sharedWith: shared ? left.study : null, hidden: null };
    this.wished = study.model.id;
    this.left.opened(left);
  }

  dispose(): void {
    const { controller, opened, waiting } = this;
    this.disposed = true;
    this.controller = null;
    this.waiting = null;
    controller?.abort();
    waiting?.reject(aborted());
    if (opened) closeStudy(this.options.context, opened.study);
  }

  private begin(): Promise<void> {
    const { context } = this.options;
    const id = this.wished;
    if (id === null) return rejected(aborted());
    this.controller?.abort();
    const controller = new AbortController();
    this.controller = controller;
    this.waiting ??= newWaiting();
    const { promise } = this.waiting;
    const opening = context.activities.beginWhole(`Opening ${context.models.nameOf(id)}`);
    const settle = (finish: (waiting: Waiting) => void) => {
      const { waiting } = this;
      this.controller = null;
      this.waiting = null;
      if (waiting) finish(waiting);
    };
    this.run(id, controller.signal).then(
      () => {
        opening.end();
        if (this.controller !== controller) return;
        settle(({ resolve }) => resolve());
        if (this.opened) this.show(this.opened);
      },
      (error) => {
        opening.end();
        // A newer call has taken over and settles the promise when it is done.
        if (this.controller !== controller) return;
        const given = controller.signal.aborted;
        const shown = context.fail(given ? aborted() : error, () => {
          context.set({ failure: null });
          void this.choose(id);
        });
        settle(({ reject }) => reject(shown));
        this.restore(id, !given);
      },
    );
    return promise;
  }

  private async run(id: string, signal: AbortSignal): Promise<void> {
    let shrinks = 0;
    for (;;) {
      const left = await this.left.get(id, signal);
      // It was open before another one was chosen, which is not wanted any more.
      if (this.opened?.model.id === id) return;
      try {
        return await this.left.during(signal, (attempt) => this.load(id, left, signal, attempt));
      } catch (error) {
        signal.throwIfAborted();
        // The same again with what takes its place.
        if (error instanceof Replaced) continue;
        if (toPlain(error).code !== 'out-of-memory') throw error;
        // The left side may fail at each smaller size, too; that must not go on for ever.
        if (shrinks++ === SIZES.length || !this.options.shrink()) {
          this.makeRoom();
          throw error;
        }
        this.left.replaced();
      }
    }
  }

  /** @param attempt aborted when the left side is replaced; loading the model goes on then. */
  private async load(id: string, left: OpenStudy, signal: AbortSignal, attempt: AbortSignal): Promise<void> {
    const { bringup } = this.options;
    const shares = this.sharesLatent(left, id);
    // Its own encoder is not needed then, and not loaded.
    const parts = shares ? (['decoder'] as const) : undefined;
    const model = await bringup.load(id, { signal, parts, report: (part) => this.report(part) });
    attempt.throwIfAborted();
    await this.open(left, model, shares, attempt);
  }

  private async open(
    left: OpenStudy,
    model: OpenStudy['model'],
    shares: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const { context } = this.options;
    const { source, pixels, size } = left;
    if (source instanceof LatentSource) checkChannels(source, model);
    const { study, posterior } =
      shares || !pixels
        ? {
            ...(await context.engine.share({ study: left.study, model: model.id }, { signal })),
            posterior: left.posterior,
          }
        : await encode(context, model, pixels, size, signal, true);
    const opening = { study, model, source, pixels, size, posterior, decodes: true };
    try {
      signal.throwIfAborted();
      this.showLatent(posterior, model.id, shares);
      const results = await tryBase(context, opening, signal, true);
      this.complete({ ...opening, sharedWith: shares ? left.study : null, hidden: null }, results);
    } catch (error) {
      closeStudy(context, study);
      throw error;
    }
  }

  private showLatent(posterior: PosteriorData, madeWith: string, shared: boolean): void {
    const { context, turns } = this.options;
    turns.b.detach();
    this.hide();
    context.put('b', { ...NOTHING_DECODED, posterior, madeWith, shared });
  }

  private complete(opening: Opened, results: Pick<SideResults, 'base' | 'noDecoder'>): void {
    const { context, turns } = this.options;
    const old = this.opened;
    this.opened = opening;
    if (old) closeStudy(context, old.study);
    context.put('b', results);
    this.release();
    turns.b.attach(live(opening));
  }

  /** After a failure, or after it was given up: the model before is there again, else none. */
  private restore(id: string, failed: boolean): void {
    const { context } = this.options;
    if (failed && id !== this.opened?.model.id) context.models.fail(id);
    if (this.opened && this.opened.model.id !== id) {
      this.wished = this.opened.model.id;
      this.show(this.opened);
      this.release();
    } else if (failed) {
      // What is half open is taken away; the left side stays as it is.
      const model: ModelState = { ...(context.get().sides.b?.model ?? NOT_LOADED), status: 'failed' };
      context.put('b', { ...NO_RESULTS, model, shared: false });
    } else this.remove();
  }

  /** Puts what is open on screen, where something else was or it was hidden. */
  private show(opened: Opened): void {
    const { context, turns } = this.options;
    if (!context.get().sides.b) return;
    const { model, sharedWith, hidden } = opened;
    const shown: Partial<SideState> = { ...hidden, shared: sharedWith !== null };
    if (!this.busy) {
      Object.assign(shown, { id: model.id, model: { status: 'ready', fraction: 1, info: model } });
      if (context.get().view.compare !== model.id) {
        context.set({ view: { ...context.get().view, compare: model.id } });
      }
    }
    opened.hidden = null;
    context.put('b', shown);
    if (!turns.b.attached) turns.b.attach(live(opened));
  }

  /** Takes what is open from the screen, to be shown again later. */
  private hide(): void {
    const { context } = this.options;
    const { b } = context.get().sides;
    if (!b) return;
    if (this.opened && !this.opened.hidden) this.opened.hidden = resultsOf(b);
    context.put('b', NO_RESULTS);
  }

  /** Whether what is open here can stand beside `left`: another model, the same picture, and the latent that it is to have. */
  private fits({ source, size, model, sharedWith }: Opened, left: OpenStudy): boolean {
    const shares = this.sharesLatent(left, model.id);
    return (
      model.id !== left.model.id &&
      source === left.source &&
      size === left.size &&
      sharedWith === (shares ? left.study : null)
    );
  }

  /** Whether a model decodes the left side's very latent: they have one encoder, or it is a latent from a file. */
  private sharesLatent({ source, model }: OpenStudy, id: string): boolean {
    return source.latent !== undefined || this.options.context.models.haveOneEncoder(model.id, id);
  }

  private report({
    status,
    fraction,
    info,
  }: Partial<ModelState> & Pick<ModelState, 'status' | 'fraction'>): void {
    const { context } = this.options;
    const { b } = context.get().sides;
    if (b) context.put('b', { model: { status, fraction, info: info ?? b.model.info } });
  }

  private release(): void {
    this.options.bringup.keepOnly([...this.options.leftModels(), ...this.models]);
  }
}
