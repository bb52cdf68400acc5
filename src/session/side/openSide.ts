/**
 * All that is open on one side, from its model to its decodes, and what the state shows of it. Each side is one of these; what
 * makes the two different (the first has the picture, the second follows) is told by `SideA` and `SideB`.
 */
import type { InspectorError } from '@/common/errors';
import type { ModelInfo, ModelPart } from '@/engine/protocol';
import type { Context } from '../context';
import type { ModelLoader } from '../models/modelLoader';
import type { ModelState, Side, SideResults } from '../types';
import type { EffectPipeline, LiveStudy } from './effectPipeline';
import { Newest } from './newest';
import { NO_RESULTS, NOT_LOADED, resultsOf } from './side';
import { aborted, closeStudy, live, type OpenStudy, tryBase } from './study';

export interface OpenSideParts {
  context: Context;
  loader: ModelLoader;
  /** Decodes what is open here. */
  pipeline: EffectPipeline;
}

/** The steps in which a study comes on screen. */
export interface Showing {
  /** Its latent is there; nothing of what was open before may stay. */
  latent(): void;
  base(results: Pick<SideResults, 'base' | 'noDecoder'>): void;
}

export class OpenSide {
  /** The recording that plays until something is open. */
  private recording: { live: LiveStudy; engine: NonNullable<OpenStudy['recording']> } | null = null;
  /** What is being opened is what the recording plays, which goes on until then. */
  private takesOver = false;
  /** The newest opening, from loading the model to the base decode. */
  readonly newest = new Newest();
  private opened: OpenStudy | null = null;
  /** The results that were on screen when something else took their place; null while they are on screen. */
  private hidden: SideResults | null = null;

  constructor(
    readonly name: Side,
    private readonly parts: OpenSideParts,
  ) {}

  /** The study that is open, or the last that was. */
  get current(): OpenStudy | null {
    return this.opened;
  }

  /** Loads a model. The state says how far that is. */
  load(id: string, signal: AbortSignal, parts?: readonly ModelPart[]): Promise<ModelInfo> {
    const { context, loader } = this.parts;
    return loader.load(id, {
      signal,
      ...(parts && { parts }),
      report: (part) => {
        const side = context.get().sides[this.name];
        if (side) context.put(this.name, { model: { ...side.model, ...part } });
      },
    });
  }

  /**
   * Shows a study's latent, decodes it, and takes it for what is open. If that fails the study is closed, and what was open
   * before is what is open.
   * @returns what was open before, closed
   */
  async open(opening: OpenStudy, signal: AbortSignal, showing: Showing): Promise<OpenStudy | null> {
    const { context, pipeline } = this.parts;
    try {
      signal.throwIfAborted();
      showing.latent();
      showing.base(await tryBase(context, opening, signal, this.name === 'b' ? 'secondary' : 'interactive'));
    } catch (error) {
      closeStudy(context, opening.study);
      throw error;
    }
    const before = this.opened;
    const recording = this.takesOver ? this.recording?.engine : undefined;
    this.opened = recording ? { ...opening, recording } : opening;
    this.recording = null;
    this.takesOver = false;
    this.hidden = null;
    if (before) closeStudy(context, before.study);
    pipeline.attach(live(context, this.opened));
    return before;
  }

  /** Decodes from a recording, as long as nothing is open here and its results are not put by. */
  play(recording: LiveStudy, engine: NonNullable<OpenStudy['recording']>): void {
    this.recording = { live: recording, engine };
    this.parts.pipeline.attach(recording);
  }

  /**
   * Puts by what is on screen and is about to be replaced, to be shown again.
   * @param inPlace by the very same, so that what plays goes on until that is decoded
   */
  putBy(inPlace = false): void {
    const side = this.parts.context.get().sides[this.name];
    this.takesOver = inPlace;
    if (!inPlace) this.pause();
    if (side) this.hidden ??= resultsOf(side);
  }

  /** Stops decoding until `show`. */
  pause(): void {
    this.parts.pipeline.detach();
  }

  /** Takes what was put by from the screen. */
  clear(): void {
    this.parts.context.put(this.name, NO_RESULTS);
  }

  /** Shows again what was put by. */
  showResults(): void {
    if (this.hidden) this.parts.context.put(this.name, this.hidden);
    this.hidden = null;
  }

  /** The same, and goes on decoding what is open. */
  show(): void {
    this.showResults();
    if (!this.parts.pipeline.attached) this.resume();
  }

  /** Goes on decoding what is open, or what plays, for what is on screen now. */
  resume(): void {
    const { context, pipeline } = this.parts;
    const study = this.opened ? live(context, this.opened) : this.recording?.live;
    if (study) pipeline.attach(study);
  }

  /**
   * Says what went wrong, with a way to try again, and marks the model as one that could not be opened.
   * @returns what was shown
   */
  fail(error: unknown, cancelled: boolean, model: string, retry: () => void): InspectorError {
    const { context } = this.parts;
    if (!cancelled && model !== this.opened?.model.id) context.models.fail(model);
    const again = () => {
      context.set({ failure: null });
      retry();
    };
    return context.fail(cancelled ? aborted() : error, again, model);
  }

  /**
   * The engine has unloaded a model, as its bytes were not the ones that were promised: what it showed is taken away. False
   * where nothing was open in it.
   */
  lose(model: string): boolean {
    if (this.opened?.model.id !== model) return false;
    const { context } = this.parts;
    this.close();
    const { status } = context.get().sides[this.name]?.model ?? NOT_LOADED;
    const lost: ModelState = { ...NOT_LOADED, status: this.newest.busy ? status : 'failed' };
    context.put(this.name, { ...NO_RESULTS, model: lost });
    return true;
  }

  /** Closes what is open; what the state shows stays. */
  close(): void {
    this.parts.pipeline.detach();
    if (this.opened) closeStudy(this.parts.context, this.opened.study);
    this.opened = null;
    this.hidden = null;
  }

  /** The two take each other's place. */
  exchange(other: OpenSide): void {
    [this.opened, other.opened] = [other.opened, this.opened];
    this.parts.pipeline.exchange(other.parts.pipeline);
  }

  /** Closes what is open; what is being opened rejects with `aborted`. */
  dispose(): void {
    this.newest.drop()?.reject(aborted());
    this.close();
  }
}
