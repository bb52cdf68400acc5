/**
 * The second side of a comparison: another model on the picture that is open on the first. It follows that side, gives way to
 * it, and cannot take it down. A model that is being opened replaces the one before when its latent is there; when it fails or
 * is cancelled, that one comes back.
 */
import { rejected } from '@/common/deferred';
import { InspectorError, toPlain } from '@/common/errors';
import type { ModelInfo } from '@/engine/protocol';
import type { PosteriorData } from '@/latent/types';
import type { Context } from '../context';
import type { RecordedEngine } from '../example/recordedEngine';
import type { ModelLoader } from '../models/modelLoader';
import { checkChannels, LatentSource } from '../pictures/latents';
import { type ModelState, SIZES } from '../types';
import { Leader, Replaced } from './leader';
import type { OpenSide } from './openSide';
import { playRecording, takeOver } from './playing';
import { emptySide, NO_RESULTS, NOT_LOADED, NOTHING_DECODED } from './side';
import { aborted, encode, type OpenStudy } from './study';

export interface SideBParts {
  context: Context;
  loader: ModelLoader;
  side: OpenSide;
  /** Opens the first side at the next smaller size; false where there is none. */
  shrink(): boolean;
  /** The models that the first side needs. */
  modelsOfA(): readonly string[];
}

export class SideB {
  private chosen: string | null = null;
  /** The study on the first side with the same latent as what is open here; null where this one was encoded by itself. */
  private sharedWith: number | null = null;
  private readonly leader = new Leader();
  private disposed = false;

  /** A recording that plays until something is open. */
  private recording: RecordedEngine | null = null;

  constructor(private readonly parts: SideBParts) {}

  /** Plays a recording of a model on the picture that plays on the first side. */
  async play(engine: RecordedEngine, onPosterior: (posterior: PosteriorData) => void): Promise<void> {
    const { context, side } = this.parts;
    this.recording = engine;
    const plays = () => this.recording === engine && this.isRecorded;
    try {
      await playRecording({ context, side, engine, plays, edits: [], onPosterior });
    } catch (error) {
      // The engine brings the real thing.
      if (plays()) context.put('b', NO_RESULTS);
      console.warn('The recorded second model could not be shown.', error);
    }
  }

  /** Nothing could be opened, and a recording plays again on the first side. */
  playAgain(): void {
    if (this.recording && !this.current && this.chosen !== null) this.parts.side.show();
  }

  private get isRecorded(): boolean {
    return this.parts.context.get().sides.b?.recorded ?? false;
  }

  /** Tells whether a model is being opened, or waits for the first side. */
  get busy(): boolean {
    return this.parts.side.newest.busy;
  }

  /** The study that is open, or the last that was. */
  get current(): OpenStudy | null {
    return this.parts.side.current;
  }

  /** The models that are in use, or will be. */
  get models(): string[] {
    return [...(this.current ? [this.current.model.id] : []), ...(this.chosen ? [this.chosen] : [])];
  }

  /**
   * Opens a model beside the first one, as soon as that is open. The promise is settled by the newest call.
   * @throws InspectorError as described for the store's actions
   */
  choose(id: string): Promise<void> {
    if (this.disposed) return rejected(aborted());
    const { context } = this.parts;
    const { view, sides } = context.get();
    this.chosen = id;
    const b = sides.b ?? emptySide(id, [], view.cell);
    const model: ModelState = { ...b.model, status: 'idle', fraction: 0 };
    context.set({ view: { ...view, compare: id }, sides: { ...sides, b: { ...b, id, model } } });
    return this.begin(id);
  }

  /** Takes the second side away. What was being opened there is given up, and whoever waits for it hears `reason`, if any. */
  remove(reason?: InspectorError): void {
    const { context, side } = this.parts;
    this.chosen = null;
    const waiting = side.newest.drop();
    side.close();
    const { view, sides } = context.get();
    context.set({ view: { ...view, compare: null }, sides: { ...sides, b: null } });
    this.release();
    if (reason) waiting?.reject(reason);
    else waiting?.resolve();
  }

  /** Gives up what is being opened: the model before it is there again, or none. */
  cancel(): void {
    this.parts.side.newest.cancel();
  }

  /** Takes up again what failed. */
  resume(): void {
    if (this.chosen && !this.busy && this.current?.model.id !== this.chosen) void this.begin(this.chosen);
  }

  /** Closes the second side, as the memory does not hold two models; says so. False where there is none. */
  makeRoom(): boolean {
    const { context } = this.parts;
    const { b } = context.get().sides;
    if (!b) return false;
    context.notify(
      `The memory did not suffice for two models, so ${context.models.nameOf(b.id)} was taken away. Your edits are kept.`,
    );
    this.remove(new InspectorError('out-of-memory', 'The memory did not suffice for two models.'));
    return true;
  }

  /**
   * Prepares for the first side's study to be replaced on screen. Loading a model goes on meanwhile.
   * @param next what takes its place, as far as it is known: what belongs to it too stays on screen
   * @param inPlace the very same as a recording that plays, which goes on here too
   */
  suspend(next: OpenStudy | null, inPlace = false): void {
    const { current } = this;
    this.leader.replaced();
    if (!current && inPlace && this.isRecorded) this.parts.side.putBy(true);
    else if (current && next && this.fits(current, next)) this.parts.side.pause();
    else this.hide();
  }

  /** This is open on the first side now. */
  follow(leading: OpenStudy): void {
    const { current } = this;
    if (current && !this.fits(current, leading)) this.parts.side.close();
    else if (current) this.show(current);
    this.leader.opened(leading);
    if (this.chosen !== leading.model.id) this.resume();
    // What was chosen here stands on the first side: what was here before stays, else nothing.
    else if (this.busy) this.cancel();
    else this.remove();
  }

  /** Gives up where nothing could be opened on the first side: whoever waits for this one hears the same. */
  stop(error: unknown): void {
    const { context, side } = this.parts;
    const waiting = side.newest.drop();
    const model = context.get().sides.b?.model;
    if (model) context.put('b', { model: { ...model, status: 'idle', fraction: 0 } });
    waiting?.reject(error);
  }

  /** The engine has unloaded a model (`OpenSide.lose`). */
  lose(model: string): boolean {
    return this.parts.side.lose(model);
  }

  /** Takes over the study of the first side, with which it has changed places; `leading` is open there now. */
  exchanged(leading: OpenStudy): void {
    // Of one latent as before, only the other way round.
    if (this.sharedWith !== null) this.sharedWith = leading.study;
    this.chosen = this.current?.model.id ?? null;
    this.leader.opened(leading);
  }

  dispose(): void {
    this.disposed = true;
    this.parts.side.dispose();
  }

  private begin(id: string): Promise<void> {
    const { side } = this.parts;
    return side.newest.begin({
      run: (signal) => this.run(id, signal),
      done: () => {
        if (this.current) this.show(this.current);
      },
      failed: (error, cancelled) => {
        const shown = side.fail(error, cancelled, id, () => void this.choose(id));
        this.restore(id, !cancelled);
        return shown;
      },
    });
  }

  private async run(id: string, signal: AbortSignal): Promise<void> {
    const { context } = this.parts;
    const opening = context.activities.beginWhole(`Opening ${context.models.nameOf(id)}`);
    try {
      await this.follows(id, signal);
    } finally {
      opening.end();
    }
  }

  private async follows(id: string, signal: AbortSignal): Promise<void> {
    let shrinks = 0;
    for (;;) {
      const leading = await this.leader.get(id, signal);
      // It was open before another one was chosen, which is not wanted any more.
      if (this.current?.model.id === id) return;
      try {
        return await this.leader.during(signal, (attempt) => this.load(id, leading, signal, attempt));
      } catch (error) {
        signal.throwIfAborted();
        // The same again with what takes its place.
        if (error instanceof Replaced) continue;
        if (toPlain(error).code !== 'out-of-memory') throw error;
        // The first side may fail at each smaller size, too; that must not go on for ever.
        if (shrinks++ === SIZES.length || !this.parts.shrink()) {
          this.makeRoom();
          throw error;
        }
        this.leader.replaced();
      }
    }
  }

  /** @param attempt aborted when the first side is replaced; loading the model goes on then. */
  private async load(
    id: string,
    leading: OpenStudy,
    signal: AbortSignal,
    attempt: AbortSignal,
  ): Promise<void> {
    const shares = this.sharesLatent(leading, id);
    // Its own encoder is not needed then, and not loaded.
    const model = await this.parts.side.load(id, signal, shares ? ['decoder'] : undefined);
    attempt.throwIfAborted();
    await this.open(leading, model, shares, attempt);
  }

  private async open(
    leading: OpenStudy,
    model: ModelInfo,
    shares: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const { context, side } = this.parts;
    const { source, pixels, size } = leading;
    if (source instanceof LatentSource) checkChannels(source, model);
    const { study, posterior } =
      shares || !pixels
        ? {
            ...(await context.engine.share({ study: leading.study, model: model.id }, { signal })),
            posterior: leading.posterior,
          }
        : await encode(context, model, pixels, size, signal, 'secondary');
    const opening = { study, model, source, pixels, size, posterior, decodes: true };
    await side.open(opening, signal, {
      latent: () => {
        // A recording of the very same stays on screen until the live results are there.
        const { b } = context.get().sides;
        const inPlace = b?.recorded === true && b.madeWith === model.id;
        if (inPlace) side.putBy(true);
        else this.hide();
        const replaced = inPlace ? {} : NOTHING_DECODED;
        context.put('b', { ...replaced, posterior, madeWith: model.id, shared: shares });
      },
      base: (results) => {
        const { b } = context.get().sides;
        context.put('b', b?.recorded ? takeOver(b, results) : results);
      },
    });
    this.recording?.release();
    this.recording = null;
    this.sharedWith = shares ? leading.study : null;
    this.release();
  }

  /** After a failure, or after it was given up: the model before is there again, else none. */
  private restore(id: string, failed: boolean): void {
    const { context } = this.parts;
    const { current } = this;
    if (current && current.model.id !== id) {
      this.chosen = current.model.id;
      this.show(current);
      this.release();
    } else if (failed) {
      // What is half open is taken away; the first side stays as it is.
      const model: ModelState = { ...(context.get().sides.b?.model ?? NOT_LOADED), status: 'failed' };
      context.put('b', { ...NO_RESULTS, model, shared: false });
    } else this.remove();
  }

  /** Puts what is open on screen, where something else was or it was hidden. */
  private show({ model }: OpenStudy): void {
    const { context, side } = this.parts;
    const shared = this.sharedWith !== null;
    if (this.busy) context.put('b', { shared });
    else {
      context.put(
        'b',
        { shared, id: model.id, model: { status: 'ready', fraction: 1, info: model } },
        { view: { ...context.get().view, compare: model.id } },
      );
    }
    side.show();
  }

  /** Takes what is open from the screen, to be shown again later. */
  private hide(): void {
    const { side } = this.parts;
    side.putBy();
    side.clear();
  }

  /**
   * Tells whether what is open here can stand beside `leading`: another model, the same picture, and the latent that it is to have.
   */
  private fits({ source, size, model }: OpenStudy, leading: OpenStudy): boolean {
    const shares = this.sharesLatent(leading, model.id);
    return (
      model.id !== leading.model.id &&
      source === leading.source &&
      size === leading.size &&
      this.sharedWith === (shares ? leading.study : null)
    );
  }

  /** Tells whether a model decodes the first side's very latent: they have one encoder, or it is a latent from a file. */
  private sharesLatent({ source, model }: OpenStudy, id: string): boolean {
    return source.latent !== undefined || this.parts.context.models.haveOneEncoder(model.id, id);
  }

  private release(): void {
    this.parts.loader.keepOnly([...this.parts.modelsOfA(), ...this.models]);
  }
}
