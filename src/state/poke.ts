/**
 * From edits to their effect: the edited decode first, then the control, then both together. One decode runs at a time and
 * the newest edits win. Results carry the edits that they belong to; old ones stay until new ones come.
 */
import type { RunOptions } from '../engine/protocol';
import { toPlain } from '../errors';
import { NO_CHANGE } from '../inspect/change';
import { controlEdits } from '../inspect/control';
import { isEnabled } from '../inspect/edits';
import { makeEffect } from '../inspect/effect';
import type { Latent } from '../inspect/types';
import { type Context, isGivenUp } from './context';
import type { Edits } from './history';
import type { ControlResult, EditedResult, Size } from './types';

/** A picture that is open in the engine and whose base decode is on screen. */
export interface LiveStudy {
  study: number;
  mean: Latent;
  size: Size;
}

/** What is known about one list of edits. */
interface Known {
  edited: EditedResult;
  /** Null: not computed yet. Text: why there is none. */
  control: ControlResult | string | null;
}

/** Results are kept for this many lists of edits, so that undo and redo answer at once; about 4 MB each at 512 pixels. */
const MOST_KNOWN = 8;

export class EffectPipeline {
  private live: LiveStudy | null = null;
  private flight: { kind: 'edited' | 'control'; controller: AbortController } | null = null;
  private running = false;
  /** The edits at which the visitor cancelled or the engine failed: not tried again until they change. */
  private halted: Edits | null = null;
  private readonly known = new Map<Edits, Known>();

  constructor(
    private readonly context: Context,
    private readonly onOutOfMemory: (error: unknown) => void,
  ) {}

  /** Works on this study from now on. */
  attach(live: LiveStudy): void {
    this.detach();
    this.live = live;
    this.update();
  }

  /** Stops; nothing is shown any more until `attach`. */
  detach(): void {
    this.live = null;
    this.known.clear();
    this.halted = null;
    this.flight?.controller.abort();
  }

  get attached(): boolean {
    return this.live !== null;
  }

  /**
   * The edits or the radius changed. A decode that runs is given up, unless `moving` says that more changes are to
   * come (a slider is dragged): then it may finish, so that the picture follows the hand.
   */
  update(moving = false): void {
    if (!this.live) return;
    if (this.flight && (this.flight.kind === 'control' || !moving)) this.flight.controller.abort();
    this.showKnown();
    if (!this.running) void this.loop(this.live);
  }

  /** Drops all results, because they are now measured differently (another radius). */
  forget(): void {
    this.known.clear();
  }

  /** Gives up what runs and waits for the next change. */
  cancel(): void {
    if (!this.flight) return;
    this.halted = this.context.get().view.edits;
    this.flight.controller.abort();
  }

  /** Tries the present edits again, after `cancel` or a failure. */
  resume(): void {
    this.halted = null;
    this.update();
  }

  private async loop(live: LiveStudy): Promise<void> {
    this.running = true;
    try {
      while (this.live === live) {
        const { edits } = this.context.get().view;
        if (this.halted === edits) return;
        this.halted = null;
        this.showKnown();
        const known = this.known.get(edits);
        if (known && known.control !== null) return;
        const kind = known ? 'control' : 'edited';
        const controller = new AbortController();
        this.flight = { kind, controller };
        try {
          if (known) await this.control(live, edits, known, controller.signal);
          else await this.edited(live, edits, controller.signal);
        } catch (error) {
          if (this.live !== live) return;
          this.failed(error, edits, controller.signal);
        } finally {
          this.flight = null;
        }
      }
    } finally {
      this.running = false;
      // Another study may have been attached while this loop wound down.
      if (this.live && this.live !== live) void this.loop(this.live);
    }
  }

  private async edited(live: LiveStudy, edits: Edits, signal: AbortSignal): Promise<void> {
    const { engine, timings, set } = this.context;
    const { radius } = this.context.get().view;
    const result = await this.doing('Decoding', live, signal, (run) =>
      engine.edited({ study: live.study, edits, radius }, run),
    );
    if (this.live !== live) return;
    timings.record('decode', live.size, result.decodeMilliseconds);
    const { pixels, difference, change, decodeMilliseconds } = result;
    const edited = { pixels, difference, change, milliseconds: decodeMilliseconds };
    this.remember(edits, { edited, control: null });
    set({ edited: { edits, value: edited } });
  }

  private async control(live: LiveStudy, edits: Edits, known: Known, signal: AbortSignal): Promise<void> {
    const { engine } = this.context;
    const { radius } = this.context.get().view;
    if (controlEdits(live.mean, edits, radius)) {
      const result = await this.doing('Decoding the control', live, signal, (run) =>
        engine.control({ study: live.study, edits, radius }, run),
      );
      if (this.live !== live) return;
      const { cell, pixels, difference, change } = result;
      known.control = { cell, pixels, difference, change };
    } else {
      known.control = `No cell lies at least ${2 * radius + 1} cells away from what is edited, so there is no control.`;
    }
    this.showKnown();
  }

  private async doing<T>(
    words: string,
    live: LiveStudy,
    signal: AbortSignal,
    call: (run: RunOptions) => Promise<T>,
  ): Promise<T> {
    const work = this.context.activities.begin(words, this.context.get().timings.decode[live.size]);
    try {
      return await call({ signal, onProgress: (fraction) => work.progress(fraction) });
    } finally {
      work.end();
    }
  }

  private failed(error: unknown, edits: Edits, signal: AbortSignal): void {
    if (isGivenUp(error)) {
      // Given up by the engine itself, though these edits are still wanted: trying at once again might go on for ever.
      if (!signal.aborted && this.context.get().view.edits === edits) this.halted = edits;
      return;
    }
    // The visitor may have gone on meanwhile; newer edits get their own try.
    this.halted = edits;
    if (toPlain(error).code === 'out-of-memory') {
      this.onOutOfMemory(error);
      return;
    }
    this.context.fail(error, () => {
      this.context.set({ failure: null });
      this.resume();
    });
  }

  /** Shows what is known about the present edits; nothing changes where nothing is known. */
  private showKnown(): void {
    const { base, view, edited, effect, control, controlMissing } = this.context.get();
    const { edits, radius } = view;
    if (!this.known.has(edits) && base && !edits.some(isEnabled)) {
      // Nothing is changed, so the edited picture is the base, and there is nothing to control.
      const difference = new Float32Array(base.width * base.height);
      const nothing = { pixels: base, difference, change: NO_CHANGE, milliseconds: 0 };
      this.remember(edits, { edited: nothing, control: 'Nothing is changed.' });
      this.context.set({
        edited: { edits, value: nothing },
        control: null,
        controlMissing: null,
        effect: null,
      });
      return;
    }
    const known = this.known.get(edits);
    if (!known) return;
    if (edited?.value !== known.edited || edited.edits !== edits) {
      this.context.set({ edited: { edits, value: known.edited } });
    }
    if (known.control === null) return;
    if (typeof known.control === 'string') {
      const text = edits.some(isEnabled) ? { edits, value: known.control } : null;
      if (controlMissing?.edits !== edits || control || effect) {
        this.context.set({ control: null, controlMissing: text, effect: null });
      }
      return;
    }
    if (effect?.edits === edits && control?.value === known.control) return;
    const { change, cell } = known.control;
    this.context.set({
      control: { edits, value: known.control },
      controlMissing: null,
      effect: { edits, value: makeEffect(known.edited.change, { ...change, cell }, radius) },
    });
  }

  private remember(edits: Edits, known: Known): void {
    this.known.set(edits, known);
    for (const oldest of this.known.keys()) {
      if (this.known.size <= MOST_KNOWN) break;
      this.known.delete(oldest);
    }
  }
}
