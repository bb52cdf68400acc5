/** Finds out whether a visitor's file is one that was opened before: that may take reading both, while other things are chosen. */
import { InspectorError } from '@/common/errors';
import type { Context } from '../context';
import type { OwnModel, Side } from '../types';
import { calledBy } from './models';

interface Asking {
  controller: AbortController;
  /** The asking that takes its place: its promise settles as that does. */
  next: Promise<void> | null;
}

export class Identifying {
  private readonly asking: Record<Side, Asking | null> = { a: null, b: null };

  /** @param wanted ids of visitors' own models that a link asks for */
  constructor(
    private readonly context: Context,
    private readonly wanted: () => readonly string[],
  ) {}

  /** Goes on with the id of a model, at once where nothing has to be read; what was asked for this side before is given up. */
  whenKnown(
    side: Side,
    model: string | OwnModel,
    then: (id: string, again: boolean) => Promise<void>,
  ): Promise<void> {
    const before = this.asking[side];
    this.asking[side] = null;
    before?.controller.abort();
    const going = this.start(side, model, then);
    if (before) before.next = going;
    return going;
  }

  /** The same for one side, as something else was chosen there. */
  cancelSide(side: Side): void {
    this.asking[side]?.controller.abort();
  }

  /** Gives up what is being read. False where nothing is. */
  cancel(): boolean {
    const under = Object.values(this.asking).filter((each) => each !== null);
    for (const { controller } of under) controller.abort();
    return under.length > 0;
  }

  private start(
    side: Side,
    model: string | OwnModel,
    then: (id: string, again: boolean) => Promise<void>,
  ): Promise<void> {
    if (typeof model === 'string') return then(model, false);
    const { models, activities } = this.context;
    const go = (known: string | null) => {
      const id = models.add(model, known, this.wanted());
      if (known !== null) this.tell(model, id);
      return then(id, known !== null);
    };
    const asking: Asking = { controller: new AbortController(), next: null };
    const work = activities.begin(`Comparing ${calledBy(model)} with a file that was opened before`);
    const known = models.ownEntry(model, {
      signal: asking.controller.signal,
      onProgress: (fraction) => work.progress(fraction),
    });
    if (!(known instanceof Promise)) {
      work.end();
      return go(known);
    }
    this.asking[side] = asking;
    const going = known
      .catch(() => null)
      .then((id) => {
        work.end();
        if (this.asking[side] === asking) this.asking[side] = null;
        if (asking.next) return asking.next;
        if (asking.controller.signal.aborted) throw new InspectorError('aborted', 'Opening was cancelled.');
        return go(id);
      });
    going.catch(() => {});
    return going;
  }

  /** Says that a file under another name is one that is there already. */
  private tell(model: OwnModel, id: string): void {
    const [given, there] = [calledBy(model), this.context.models.nameOf(id)];
    if (given !== there) {
      this.context.notify(`${given} holds the same bytes as ${there}, so it is that model.`);
    }
  }
}
