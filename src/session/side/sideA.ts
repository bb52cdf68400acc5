/**
 * The first side: opens a picture in a model at a size, by device, model, picture, latent and base decode. Only the newest
 * request counts. What was open stays open until the new is complete, and comes back when the new fails or is cancelled. The
 * second side follows.
 */
import { rejected } from '@/common/deferred';
import { toPlain } from '@/common/errors';
import type { BackendName } from '@/engine/backends/name';
import type { Grid } from '@/latent/geometry';
import type { LatentShape } from '@/latent/types';
import type { Context } from '../context';
import type { Example } from '../example/example';
import type { RecordedEngine } from '../example/recordedEngine';
import type { DownloadPrompt } from '../models/downloadPrompt';
import type { ModelLoader } from '../models/modelLoader';
import { Fitting } from '../pictures/fitting';
import { LastPicture, mayChange, type PictureInput } from '../pictures/lastPicture';
import { knowsLogvar, LatentSource, layerOfMean } from '../pictures/latents';
import type { PictureSource } from '../pictures/pictures';
import type { InspectorState, OpenPicture, SideResults, Size } from '../types';
import { SMALL_SIZE, smallerSize } from '../view';
import type { OpenSide } from './openSide';
import { playRecording, takeOver } from './playing';
import { NO_RESULTS, NOT_LOADED, NOTHING_DECODED } from './side';
import type { SideB } from './sideB';
import { carryEdits, Snapshot } from './snapshot';
import { aborted, type OpenStudy, openStudy } from './study';

/** A request to open a model, a picture and a size. The picture is read when its turn comes. */
export interface OpenRequest {
  model: string;
  picture: PictureInput;
  size: Size;
  /** False while the size is only the default, which a slow device may lower. */
  sizeChosen: boolean;
  backend: BackendName | undefined;
}

export interface SideAParts {
  context: Context;
  loader: ModelLoader;
  side: OpenSide;
  example: Example | null;
  b: SideB;
  downloadPrompt: DownloadPrompt;
}

export class SideA {
  /** A recording that plays until something is open. */
  private recording: RecordedEngine | null = null;
  /** The request that opened what is open; null while nothing was. */
  private answered: OpenRequest | null = null;
  private before: Snapshot | null = null;
  /** Something has been open. */
  private begun = false;
  private disposed = false;
  private readonly last: LastPicture;
  private readonly fitting: Fitting;
  /** The grid that the edits are meant for. Before the first latent it follows from the size that they came with. */
  private grid: Grid | { size: Size };

  constructor(
    private readonly parts: SideAParts,
    private request: OpenRequest,
    /** The picture to open where the first that is asked for cannot be opened. */
    private readonly fallback: string,
  ) {
    this.last = new LastPicture(parts.context, () => this.current?.source);
    this.fitting = new Fitting(parts.context.activities);
    this.grid = { size: request.size };
  }

  /** The latent that the edits are meant for, as far as it is known. */
  get shape(): LatentShape | null {
    const { posterior } = this.parts.context.get().sides.a;
    return posterior && { rows: posterior.rows, cols: posterior.cols, channels: posterior.channels };
  }

  /** The study that is open, or the last that was. */
  get current(): OpenStudy | null {
    return this.parts.side.current;
  }

  /** The picture or the latent that is open, as it was given; null: none is. */
  get given(): PictureInput | null {
    return this.current && (this.answered?.picture ?? null);
  }

  /** The models that are in use, or will be. */
  get models(): string[] {
    const { current } = this;
    return [...(current ? [current.model.id] : []), ...(this.busy ? [this.request.model] : [])];
  }

  /** Tells whether something is being opened. */
  get busy(): boolean {
    return this.parts.side.newest.busy;
  }

  /**
   * Opens what is open or being opened, changed by `change`. The promise is settled by the newest call.
   * @throws InspectorError as described for the store's actions
   */
  open(change: Partial<OpenRequest> = {}): Promise<void> {
    if (this.disposed) return rejected(aborted());
    if (change.picture !== undefined && mayChange(change.picture)) this.last.forget();
    this.request = { ...this.request, ...change };
    const words = openingWords(change, this.request);
    return this.parts.side.newest.begin({
      run: (signal) => this.run(words, signal),
      failed: (error, cancelled) => this.failed(error, cancelled),
    });
  }

  /**
   * Plays a recording until the engine has opened the same, or something else is shown: puts picture, latent and base decode on
   * screen, each as it arrives, and then decodes the edits from it.
   */
  async play(engine: RecordedEngine, { id, title, alt }: Omit<OpenPicture, 'pixels'>): Promise<void> {
    const { context, side } = this.parts;
    this.recording = engine;
    const plays = () => this.recording === engine && context.get().sides.a.recorded;
    try {
      await playRecording({
        context,
        side,
        engine,
        plays,
        edits: context.get().view.edits,
        onPicture: (pixels) => context.set({ picture: { id, title, alt, pixels } }),
      });
    } catch (error) {
      // Without its files the example is only missing; the engine brings the real thing.
      if (plays()) context.put('a', { recorded: false }, { example: null });
      console.warn('The recorded example could not be shown.', error);
    }
  }

  /** Gives up opening; what was open before is there again. */
  cancel(): void {
    this.parts.side.newest.cancel();
  }

  /** Asks for the next smaller size, and says so; false where there is none, as a latent from a file has only its own. */
  shrink(): boolean {
    const { size, picture } = this.request;
    const smaller = picture instanceof LatentSource ? null : smallerSize(size);
    if (smaller === null) return false;
    this.parts.context.notify(
      `The memory did not suffice for ${size} x ${size} pixels, so the picture is now ${smaller} x ${smaller}. Your edits are kept.`,
    );
    this.request = { ...this.request, size: smaller };
    return true;
  }

  /** Takes over the study of the other side, with which it has changed places. */
  exchanged(): void {
    const { current } = this;
    if (!current) return;
    this.request = { ...this.request, model: current.model.id };
    this.answered = this.request;
    this.grid = gridOf(current);
  }

  /** The engine has unloaded a model (`OpenSide.lose`). */
  lose(model: string): boolean {
    const { context, side, b } = this.parts;
    const source = this.current?.source;
    if (!side.lose(model)) return false;
    b.suspend(null);
    this.before = null;
    if (source && !this.last.holds(source)) source.close();
    context.set({ example: null });
    return true;
  }

  /** Closes what is open; what is being opened rejects with `aborted`, and so does every later call. */
  dispose(): void {
    const { current } = this;
    this.disposed = true;
    // Before what is open is let go of, which is closed by itself.
    this.last.forget();
    this.parts.side.dispose();
    current?.source.close();
  }

  private async run(words: string, signal: AbortSignal): Promise<void> {
    const { context, b } = this.parts;
    const opening = context.activities.beginWhole(words);
    this.before ??= new Snapshot(context, this.current?.posterior ?? null);
    const { before } = this;
    try {
      for (;;) {
        try {
          await this.attempt(signal, before);
          break;
        } catch (error) {
          if (signal.aborted || toPlain(error).code !== 'out-of-memory') throw error;
          if (!this.shrink() && !b.makeRoom()) throw error;
        }
      }
      this.before = null;
    } finally {
      opening.end();
    }
  }

  private failed(error: unknown, cancelled: boolean): unknown {
    const { side, b } = this.parts;
    const { request } = this;
    this.restore(!cancelled);
    const shown = side.fail(error, cancelled, request.model, () => void this.open(request));
    if (!this.current) b.stop(shown);
    if (!this.begun && !cancelled && request.picture !== this.fallback) {
      this.open({ picture: this.fallback }).catch(() => {});
    }
    return shown;
  }

  private async attempt(signal: AbortSignal, before: Snapshot): Promise<void> {
    const { context, loader, downloadPrompt, side } = this.parts;
    this.choose({ model: this.request.model, size: this.request.size });
    const starting = loader.start(this.request.backend);
    const source = await this.last.get(this.request.picture, signal);
    if (source !== this.current?.source && !source.latent && !this.plays(source)) {
      await this.present(source, signal, before);
    }

    const device = await starting;
    signal.throwIfAborted();
    if (device.backend === 'cpu' && !this.request.sizeChosen && this.request.size > SMALL_SIZE) {
      this.request = { ...this.request, size: SMALL_SIZE };
    }
    this.request = { ...this.request, model: await downloadPrompt.decide(this.request.model, signal) };
    const model = await side.load(this.request.model, signal, source.latent && ['decoder']);
    context.timings.use(device.label, model.id);
    const opening = await openStudy(context, model, source, this.request.size, this.fitting, signal);
    const old = await side.open(opening, signal, {
      latent: () => this.showLatent(opening, before),
      base: (results) => this.showBase(results),
    });
    this.complete(opening, old);
  }

  private showLatent(opening: OpenStudy, before: Snapshot): void {
    const { context, example, downloadPrompt } = this.parts;
    const { model, source, pixels, posterior } = opening;
    const { size } = this.request;
    const latent = source instanceof LatentSource ? source.name : null;
    // A recording of the very same stays on screen until the live results are there, and plays on.
    const inPlace = this.plays(source);
    this.replace(before, opening, inPlace);
    const shape = { rows: posterior.rows, cols: posterior.cols, channels: posterior.channels };
    const gridOfSize = (pictureSize: number) => {
      const cells = pictureSize / model.factor;
      return { rows: cells, cols: cells };
    };
    const from = 'size' in this.grid ? gridOfSize(this.grid.size) : this.grid;
    const brought = downloadPrompt.brought(model.id);
    const { view, past, future } = carryEdits(
      context,
      from,
      shape,
      brought && { edits: brought.edits, grid: gridOfSize(brought.size) },
    );
    const isExample = example?.matches({ model: model.id, picture: source.id, size }) ?? false;
    const replaced = inPlace ? {} : { ...NOTHING_DECODED, recorded: false };
    context.put(
      'a',
      { ...replaced, posterior, madeWith: model.id },
      {
        example: isExample ? (context.get().example ?? example?.state(view.edits) ?? null) : null,
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
      },
    );
    this.grid = gridOf(opening);
    before.carry(this.grid);
  }

  private showBase(results: Pick<SideResults, 'base' | 'noDecoder'>): void {
    const { context } = this.parts;
    context.put('a', takeOver(context.get().sides.a, results));
  }

  private complete(opening: OpenStudy, old: OpenStudy | null): void {
    const { downloadPrompt } = this.parts;
    this.answered = this.request;
    this.begun = true;
    if (old && old.source !== opening.source) old.source.close();
    this.recording?.release();
    this.recording = null;
    downloadPrompt.opened(opening.model.id);
    this.lead(opening);
  }

  /** The second side follows what is open here; other models are freed, as they must not fill the memory. */
  private lead(opened: OpenStudy): void {
    const { loader, b } = this.parts;
    b.follow(opened);
    loader.keepOnly([opened.model.id, ...b.models]);
  }

  /** Shows a new picture at once, and nothing of the old one beside it. */
  private async present(source: PictureSource, signal: AbortSignal, before: Snapshot): Promise<void> {
    const { context } = this.parts;
    const { pixels } = await this.fitting.get(source, this.request.size, signal);
    this.replace(before, null);
    context.put('a', NO_RESULTS, {
      example: null,
      picture: { ...named(source), pixels },
      view: { ...context.get().view, picture: source.id, latent: null },
    });
  }

  /** Clears the way for what comes: what is on screen is put by, on the other side too where it does not belong to that. */
  private replace(before: Snapshot, next: OpenStudy | null, inPlace = false): void {
    this.parts.side.putBy(inPlace);
    before.replace();
    this.parts.b.suspend(next, inPlace);
  }

  /** Tells whether a recording of what was asked for is on screen. */
  private plays(source: PictureSource): boolean {
    const { context, example } = this.parts;
    const { model, size } = this.request;
    return context.get().sides.a.recorded && (example?.matches({ model, picture: source.id, size }) ?? false);
  }

  private restore(failed: boolean): void {
    const { context, side, b } = this.parts;
    const { current, answered, before } = this;
    this.before = null;
    if (before) before.restore(failed, () => side.showResults());
    else context.put('a', { model: { ...NOT_LOADED, status: failed ? 'failed' : 'idle' } });
    if (!current || !answered) {
      side.resume();
      b.playAgain();
      return;
    }
    this.request = { ...answered, backend: this.request.backend };
    this.grid = gridOf(current);
    this.last.remember(answered.picture, current.source);
    const device = context.get().device.report;
    if (device) context.timings.use(device.label, current.model.id);
    side.show();
    this.lead(current);
  }

  private choose(part: Partial<InspectorState['view']>): void {
    const { context } = this.parts;
    context.set({ view: { ...context.get().view, ...part } });
  }
}

function gridOf({ posterior: { rows, cols } }: OpenStudy): Grid {
  return { rows, cols };
}

/** Words for what is being opened, by what of it is new. */
function openingWords(changed: Partial<OpenRequest>, { picture }: OpenRequest): string {
  if (changed.picture !== undefined) {
    return picture instanceof LatentSource ? 'Opening the latent' : 'Opening the picture';
  }
  if (changed.model !== undefined) return 'Opening the model';
  return changed.size !== undefined ? 'Changing the size' : 'Opening';
}

function named({ id, title, alt }: PictureSource): Omit<OpenPicture, 'pixels'> {
  return { id, title, alt };
}
