/**
 * The way from edits to their effect, for one model: the edited decode first, then the control, then both together. Results carry
 * the edits that they belong to; old ones stay until new ones come. When it is whose turn is decided elsewhere.
 */

import { toPlain } from '@/common/errors';
import { isEnabled } from '@/edits';
import type { StudyEngine } from '@/engine/protocol';
import { sameCell } from '@/latent/geometry';
import type { Cell, Change, Latent } from '@/latent/types';
import { NO_CHANGE } from '@/measures/change';
import { controlEdits } from '@/measures/control';
import { makeEffect } from '@/measures/effect';
import { type Context, isGivenUp } from '../context';
import type { Edits } from '../history';
import type { ControlResult, Dated, EditedResult, Side } from '../types';

/** A picture that is open in the engine and whose base decode is on screen. */
export interface LiveStudy {
  study: number;
  mean: Latent;
  /** False where the model's decoder gives nothing: then there is nothing to decode. */
  decodes: boolean;
  engine: StudyEngine;
  /** A recording of the very same: where nothing is on screen to draw a preview from, its frame stands in until the decode is there. */
  recording?: (StudyEngine & { release(): void }) | undefined;
}

export type DecodeKind = 'edited' | 'control';

/** Results that are known of one list of edits. */
interface Known {
  edited: EditedResult;
  /** Null: not computed yet. Text: why there is none. A recording may have no picture of it. */
  control: { change: Change; cell: Cell; picture: ControlResult | null } | string | null;
}

/** A study with all that belongs to it; it may change sides. */
interface Work {
  live: LiveStudy;
  known: Map<Edits, Known>;
  /** The last decode, until it has been shown: its edits may be past already. */
  fresh: Dated<EditedResult> | null;
  flight: { kind: DecodeKind; edits: Edits; controller: AbortController } | null;
  /** The edits at which the visitor cancelled or the engine failed: not tried again until they change. */
  halted: Edits | null;
  closed: boolean;
}

/** Results are kept for this many lists of edits, so that undo and redo answer at once; about 4 MB each at 512 pixels. */
const MAX_KNOWN = 8;

const NO_EDITS: Edits = [];

export interface EffectPipelineOptions {
  side: Side;
  /** Called when there may be something to decode. */
  wake(): void;
  onOutOfMemory(error: unknown): void;
}

export class EffectPipeline {
  private work: Work | null = null;

  constructor(
    private readonly context: Context,
    private readonly options: EffectPipelineOptions,
  ) {}

  /** The edits of its side, or the nearest to them that can be decoded; null where none of those are. */
  private get edits(): Edits | null {
    const { sides, view } = this.context.get();
    const edits = sides[this.options.side]?.edits ?? NO_EDITS;
    const { engine, study } = this.work?.live ?? {};
    if (!engine?.nearest || study === undefined) return edits;
    return engine.nearest({ study, edits, radius: view.radius });
  }

  /** Works on this study from now on. */
  attach(live: LiveStudy): void {
    this.detach();
    this.work = { live, known: new Map(), fresh: null, flight: null, halted: null, closed: false };
    this.options.wake();
  }

  /** Stops; nothing is shown any more until `attach`. */
  detach(): void {
    if (!this.work) return;
    this.work.closed = true;
    this.work.flight?.controller.abort();
    this.work = null;
  }

  get attached(): boolean {
    return this.work !== null;
  }

  /** Tells whether its engine can decode neither the present edits nor any near to them. */
  get isUnable(): boolean {
    return this.edits === null;
  }

  /** Tells whether nobody need be told that it decodes. */
  get isQuiet(): boolean {
    return this.work?.live.engine.isQuiet ?? false;
  }

  /** The kind of decode that is under way; null: none is. */
  get flying(): DecodeKind | null {
    return this.work?.flight?.kind ?? null;
  }

  /** The two take each other's study, with what is known of it and what is being decoded. */
  exchange(other: EffectPipeline): void {
    [this.work, other.work] = [other.work, this.work];
  }

  /** The kind of decode that the present edits need next; null where nothing is missing or nothing may be done. */
  get missing(): DecodeKind | null {
    if (!this.work?.live.decodes) return null;
    const edits = this.edits;
    if (!edits || this.work.halted === edits) return null;
    const known = this.work.known.get(edits);
    if (!known) return 'edited';
    return known.control === null ? 'control' : null;
  }

  /** Gives up a decode that is not of the present edits, or that is a control while something else is `urgent`. */
  interrupt(moving: boolean, urgent: boolean): void {
    const flight = this.work?.flight;
    if (!flight) return;
    const past = flight.edits !== this.edits;
    const waits = moving && !this.isQuiet;
    if (flight.kind === 'control' ? past || urgent : past && !waits) flight.controller.abort();
  }

  /** Drops all results, because they are now measured differently (another radius). */
  forget(): void {
    this.work?.known.clear();
  }

  /** Gives up what runs and waits for the next change. */
  cancel(): void {
    if (!this.work?.flight) return;
    this.work.halted = this.edits;
    this.work.flight.controller.abort();
  }

  /** Lets the present edits be tried again, after `cancel` or a failure. */
  resume(): void {
    if (this.work) this.work.halted = null;
  }

  /** Decodes what is missing. What went wrong is shown. */
  async decode(kind: DecodeKind): Promise<void> {
    const { work, edits } = this;
    if (!work || !edits) return;
    const controller = new AbortController();
    work.halted = null;
    work.flight = { kind, edits, controller };
    try {
      if (kind === 'edited') await this.edited(work, edits, controller.signal);
      else await this.control(work, edits, controller.signal);
    } catch (error) {
      if (!work.closed) this.failed(error, work, edits, controller.signal);
    } finally {
      work.flight = null;
    }
  }

  private async edited(work: Work, edits: Edits, signal: AbortSignal): Promise<void> {
    const { live } = work;
    const { radius } = this.context.get().view;
    await this.standIn(work, edits, signal);
    const result = await live.engine.edited({ study: live.study, edits, radius }, { signal });
    live.recording?.release();
    if (work.closed) return;
    const { pixels, difference, change, decodeMilliseconds } = result;
    const edited = { pixels, difference, change, milliseconds: decodeMilliseconds };
    remember(work, edits, { edited, control: null });
    work.fresh = { edits, value: edited };
  }

  /** Shows the recorded frame nearest to these edits where no decode at their cell is on screen. */
  private async standIn(work: Work, edits: Edits, signal: AbortSignal): Promise<void> {
    const { recording, study } = work.live;
    const { side } = this.options;
    const shown = this.context.get().sides[side]?.edited?.edits;
    if (!recording?.nearest || (shown && haveOneCell(shown, edits))) return;
    const args = { study, edits, radius: this.context.get().view.radius };
    const nearest = recording.nearest(args);
    if (!nearest?.some(isEnabled)) return;
    // It is only a preview: where it does not come, the decode does.
    const frame = await recording.edited({ ...args, edits: nearest }, { signal }).catch(() => null);
    if (!frame || work.closed || signal.aborted) return;
    const { pixels, difference, change } = frame;
    // In a list of its own, as what is kept compressed must not pass for a decode.
    const value = { pixels, difference, change, milliseconds: 0 };
    this.context.put(side, { edited: { edits: [...nearest], value } });
  }

  private async control(work: Work, edits: Edits, signal: AbortSignal): Promise<void> {
    const { live } = work;
    const { radius } = this.context.get().view;
    const known = work.known.get(edits);
    if (!known) return;
    if (controlEdits(live.mean, edits, radius)) {
      const args = { study: live.study, edits, radius };
      known.control = await live.engine.control(args, { signal }).then(
        ({ cell, change, pixels, difference }) => {
          const picture = pixels && difference ? { cell, change, pixels, difference } : null;
          return { cell, change, picture };
        },
        (error) => {
          const { code, message } = toPlain(error);
          if (code === 'not-found') return message;
          throw error;
        },
      );
    } else {
      known.control = `No cell lies at least ${2 * radius + 1} cells away from what is edited, so there is no control.`;
    }
  }

  private failed(error: unknown, work: Work, edits: Edits, signal: AbortSignal): void {
    if (isGivenUp(error)) {
      // Given up by the engine itself, though these edits may still be wanted: trying at once might go on for ever.
      if (!signal.aborted) work.halted = edits;
      return;
    }
    // The visitor may have gone on meanwhile; newer edits get their own try.
    work.halted = edits;
    if (toPlain(error).code === 'out-of-memory') {
      this.options.onOutOfMemory(error);
      return;
    }
    this.context.fail(error, () => {
      this.context.set({ failure: null });
      work.halted = null;
      this.options.wake();
    });
  }

  /** Shows what is known about the present edits; nothing changes where nothing is known. */
  show(): void {
    const { work } = this;
    if (!work) return;
    const { side } = this.options;
    const { context } = this;
    const state = context.get().sides[side];
    if (!state) return;
    const { base, edited, effect, control, controlMissing } = state;
    const { edits } = this;
    if (!edits) return;
    if (!work.known.has(edits) && base && !edits.some(isEnabled)) {
      // Nothing is changed, so the edited picture is the base, and there is nothing to control.
      const difference = new Float32Array(base.width * base.height);
      const nothing = { pixels: base, difference, change: NO_CHANGE, milliseconds: 0 };
      remember(work, edits, { edited: nothing, control: 'Nothing is changed.' });
      context.put(side, {
        edited: { edits, value: nothing },
        control: null,
        controlMissing: null,
        effect: null,
      });
      return;
    }
    const known = work.known.get(edits);
    const { fresh } = work;
    work.fresh = null;
    if (!known) {
      if (fresh) context.put(side, { edited: fresh });
      return;
    }
    if (edited?.value !== known.edited || edited.edits !== edits) {
      context.put(side, { edited: { edits, value: known.edited } });
    }
    if (known.control === null) return;
    if (typeof known.control === 'string') {
      const text = edits.some(isEnabled) ? { edits, value: known.control } : null;
      if (controlMissing?.edits !== edits || control || effect) {
        context.put(side, { control: null, controlMissing: text, effect: null });
      }
      return;
    }
    const { change, cell, picture } = known.control;
    if (effect?.edits === edits && (control?.value ?? null) === picture) return;
    const { radius } = this.context.get().view;
    context.put(side, {
      control: picture && { edits, value: picture },
      controlMissing: null,
      effect: { edits, value: makeEffect(known.edited.change, { ...change, cell }, radius) },
    });
  }
}

/** Tells whether both change the same cell alone. */
function haveOneCell(first: Edits, second: Edits): boolean {
  const [a, b] = [first[0], second[0]];
  return (
    first.length === 1 &&
    second.length === 1 &&
    a !== undefined &&
    b !== undefined &&
    sameCell(a.cell, b.cell)
  );
}

function remember({ known }: Work, edits: Edits, result: Known): void {
  known.set(edits, result);
  for (const oldest of known.keys()) {
    if (known.size <= MAX_KNOWN) break;
    known.delete(oldest);
  }
}
