/**
 * The order of decodes in the two models of a comparison: one runs at a time, the edited pictures come before the controls, `a`
 * before `b`, and the newest edits win on both.
 */
import type { Context } from './context';
import { EffectPipeline } from './side/effectPipeline';

export class DecodeQueue {
  readonly a: EffectPipeline;
  readonly b: EffectPipeline;
  private running = false;
  /** A slider is being dragged. */
  private moving = false;
  /** The one that decoded an edited picture last, while a slider is dragged. */
  private last: EffectPipeline | null = null;

  constructor(
    private readonly context: Context,
    onOutOfMemory: (error: unknown) => void,
  ) {
    const shared = { wake: () => this.update(this.moving), onOutOfMemory };
    this.a = new EffectPipeline(context, { ...shared, side: 'a' });
    this.b = new EffectPipeline(context, { ...shared, side: 'b' });
  }

  /**
   * The edits or the radius changed. A decode that runs is given up, unless `moving` says that more changes are to
   * come (a slider is dragged): then it may finish, so that the picture follows the hand.
   */
  update(moving = false): void {
    this.moving = moving;
    if (!moving) this.last = null;
    const urgent = this.both.some(
      (pipeline) => pipeline.missing === 'edited' && pipeline.flying !== 'edited',
    );
    for (const pipeline of this.both) {
      pipeline.interrupt(moving, urgent);
      pipeline.show();
    }
    void this.loop();
  }

  forget(): void {
    for (const pipeline of this.both) pipeline.forget();
  }

  cancel(): void {
    for (const pipeline of this.both) pipeline.cancel();
  }

  resume(): void {
    for (const pipeline of this.both) pipeline.resume();
    this.update();
  }

  private get both(): readonly EffectPipeline[] {
    return [this.a, this.b];
  }

  private async loop(): Promise<void> {
    if (this.running) return;
    let next = this.next();
    if (!next) return;
    this.running = true;
    let decoding: { end(): void } | null = null;
    for (; next; next = this.next()) {
      const { pipeline, kind } = next;
      if (!pipeline.isQuiet) decoding ??= this.context.activities.beginWhole('Decoding');
      if (kind === 'edited') this.last = this.moving ? pipeline : null;
      await pipeline.decode(kind);
      for (const each of this.both) each.show();
    }
    this.running = false;
    decoding?.end();
  }

  private next(): { pipeline: EffectPipeline; kind: 'edited' | 'control' } | null {
    const waiting = this.both.filter(({ missing }) => missing === 'edited');
    // While a slider moves, `a` has something new to decode each time: then they take turns.
    const pipeline = waiting.find((each) => each !== this.last) ?? waiting[0];
    if (pipeline) return { pipeline, kind: 'edited' };
    const control = this.both.find(({ missing }) => missing === 'control');
    return control ? { pipeline: control, kind: 'control' } : null;
  }
}
